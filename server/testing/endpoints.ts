import { allEndpoints } from '#shared/api.ts';
import type { EndpointDefinition } from '#shared/http/endpoint.ts';

const named = new Map(allEndpoints);

/** The endpoint that a table of a test names. */
export function endpointOf(name: string): EndpointDefinition {
  const endpoint = named.get(name);
  if (!endpoint) throw new Error(`There is no endpoint ${name}`);
  return endpoint;
}
