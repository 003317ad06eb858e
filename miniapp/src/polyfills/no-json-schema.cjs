// Stands in the client for the part of zod that turns schemas into JSON Schema: 30 kB that only the server's API page uses.
// CommonJS, so that webpack asks for no particular export of it.
const absent = () => {
  throw new Error('The client has no JSON Schema');
};

module.exports = {
  createToJSONSchemaMethod: () => absent,
  createStandardJSONSchemaMethod: () => absent,
};
