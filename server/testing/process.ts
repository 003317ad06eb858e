import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type CallInput, type EndpointDefinition, urlOf } from '#shared/http/endpoint.ts';

const MAIN = join(import.meta.dirname, '../main.ts');

/** A real process of the product. */
export interface ServerProcess {
  readonly child: ChildProcess;
  /** Everything it has said. */
  output(): string;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Asks it to end; answers its exit code. */
  stop(): Promise<number | null>;
}

/** Starts one in a directory, with nothing of the environment of this machine, nor of a file `.env`. */
export function spawnServer(directory: string, env: Readonly<Record<string, string>>): ServerProcess {
  const child = spawn(process.execPath, [MAIN], {
    cwd: directory,
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: join(directory, 'compiled'),
      NODE_ENV: 'development',
      DATABASE_URL: '',
      DATABASE_POOL: '8',
      REDIS_URL: '',
      SMTP_URL: '',
      WECHAT_APP_ID: '',
      WECHAT_APP_SECRET: '',
      PUBLIC_URL: '',
      JWT_SECRET: 'a-secret-of-this-test-with-32-characters',
      WORKER: 'on',
      HOST: '127.0.0.1',
      PORT: '0',
      DEMO_DATA: 'off',
      PASSWORD_MEMORY_KIB: '8',
      LOG_LEVEL: 'error',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk;
    });
  }
  const ended = once(child, 'exit');
  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
    return child.exitCode;
  }
  return {
    child,
    output: () => text,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}

/** Waits until a process listens, on whatever port; answers its address. */
export async function addressOf({ child, output }: ServerProcess): Promise<string> {
  const port = await until('a server listens', async () => {
    if (child.exitCode !== null) throw new Error(`It did not start:\n${output()}`);
    return /localhost:(\d+)/.exec(output())?.[1];
  });
  return `http://127.0.0.1:${port}`;
}

/** Waits until there is something other than nothing, null or false. */
export async function until<T>(
  what: string,
  look: () => Promise<T>,
  seconds = 90,
): Promise<Exclude<T, null | undefined | false>> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false)
      return found as Exclude<T, null | undefined | false>;
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}`);
    await sleep(20);
  }
}

/** Calls an endpoint of a process; throws its refusal. */
export async function callServer<E extends EndpointDefinition>(
  { url }: { readonly url: string },
  endpoint: E,
  input: CallInput<E>,
  token?: string,
): Promise<Answer<E>> {
  const response = await fetch(url + urlOf(endpoint, input), {
    method: endpoint.method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(input.body ? { 'content-type': 'application/json' } : {}),
    },
    ...(input.body ? { body: JSON.stringify(input.body) } : {}),
  });
  const answer = (await response.json()) as { success: boolean; data: Answer<E> };
  if (!answer.success) throw new Error(JSON.stringify(answer));
  return answer.data;
}
