/** `npm start`: builds the H5 client when its sources changed, then runs the server with everything in it. */
import { buildH5IfChanged } from './build-client.ts';

await buildH5IfChanged();
await import('../server/main.ts');
