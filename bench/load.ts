/**
 * Child process of a run: keeps some connections busy, each with one request after the other. It writes prepared bytes to
 * sockets and reads only status and length, so that it takes as little of the machine as possible from the servers.
 */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { LoadPlan, LoadResult } from './plan.ts';

process.on('message', (plan: LoadPlan) => void run(plan).then((result) => process.send?.(result)));
process.on('disconnect', () => process.exit());
process.send?.('ready');

async function run(plan: LoadPlan): Promise<LoadResult> {
  const latencies: number[] = [];
  let errors = 0;
  let firstError: string | null = null;
  let next = 0;
  const started = performance.now();
  const until = started + plan.seconds * 1000;

  const fail = (text: string) => {
    errors++;
    firstError ??= text.slice(0, 600);
  };

  async function keepBusy(): Promise<void> {
    const client = await openClient(plan.port);
    while (performance.now() < until) {
      const request = plan.requests[next++ % plan.requests.length]!;
      const sent = performance.now();
      try {
        const { status, body } = await client.send(request.replace('{key}', randomBytes(16).toString('hex')));
        latencies.push(performance.now() - sent);
        if (status !== 200) fail(`${status} ${body()}`);
      } catch (error) {
        fail(String(error));
        break;
      }
    }
    client.close();
  }

  await Promise.all(Array.from({ length: plan.connections }, keepBusy));
  const seconds = (performance.now() - started) / 1000;
  return { requests: latencies.length, seconds, errors, firstError, latencies: Float64Array.from(latencies) };
}

interface Reply {
  readonly status: number;
  body(): string;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** One keep-alive HTTP/1.1 connection with one request at a time. */
async function openClient(port: number): Promise<{ send(request: string): Promise<Reply>; close(): void }> {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let waiting: { resolve(reply: Reply): void; reject(error: Error): void } | null = null;
  let chunks: Buffer[] = [];
  let received = 0;
  let expected = -1;
  let headLength = 0;
  let status = 0;

  const finish = (error: Error | null) => {
    const { resolve, reject } = waiting ?? {};
    waiting = null;
    const body = chunks;
    const offset = headLength;
    chunks = [];
    received = 0;
    expected = -1;
    if (error) reject?.(error);
    else resolve?.({ status, body: () => Buffer.concat(body).subarray(offset).toString('utf8') });
  };

  socket.on('data', (chunk) => {
    chunks.push(chunk);
    received += chunk.length;
    if (expected < 0) {
      const head = chunks.length === 1 ? chunk : Buffer.concat(chunks);
      const end = head.indexOf(HEAD_END);
      if (end < 0) return;
      const text = head.toString('latin1', 0, end);
      const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
      if (length === undefined) return finish(new Error(`No content-length in ${text}`));
      status = Number(text.slice(9, 12));
      headLength = end + HEAD_END.length;
      expected = headLength + Number(length);
    }
    if (received >= expected) finish(null);
  });
  socket.on('error', (error) => finish(error));
  socket.on('close', () => finish(new Error('The server closed the connection')));

  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}
