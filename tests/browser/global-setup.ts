import type { TestProject } from 'vitest/node';
import { startDemoServer } from './demo-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Origin of a server with the demo company. */
    origin: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startDemoServer();
  project.provide('origin', server.origin);
  return () => server.stop();
}
