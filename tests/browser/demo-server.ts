import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SLOW, slowLine } from './slow-line.ts';

const ROOT = join(import.meta.dirname, '../..');

export interface DemoServer {
  readonly origin: string;
  stop(): Promise<void>;
}

/** The real server with the built H5, on a fresh demo company and a free port. */
export async function startDemoServer(): Promise<DemoServer> {
  if (!existsSync(join(ROOT, 'dist/h5/index.html'))) throw new Error('Run `npm run build:h5` first');
  const data = mkdtempSync(join(tmpdir(), 'genjin-browser-'));
  const server = spawn(process.execPath, ['server/main.ts'], {
    cwd: ROOT,
    env: {
      ...process.env,
      NODE_ENV: 'development',
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: data,
      // Each phone of the tests comes from an address of its own, as phones do.
      TRUSTED_PROXIES: '127.0.0.1',
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const direct = await originOf(server);
  const line = SLOW ? await slowLine(direct) : null;
  return {
    origin: line?.origin ?? direct,
    async stop() {
      line?.close();
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function originOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    server.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const port = /localhost:(\d+)/.exec(printed)?.[1];
      if (port) resolve(`http://127.0.0.1:${port}`);
    });
    server.once('exit', (code) => reject(new Error(`The server ended with code ${code}:\n${printed}`)));
  });
}
