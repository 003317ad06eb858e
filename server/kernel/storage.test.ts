import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createBucketStorage, newStorageKey, type Storage } from './storage.ts';

// Against a small server that speaks as much of S3 as is needed here.

interface Bucket {
  readonly storage: Storage;
  readonly contents: Map<string, { content: Buffer; type: string | undefined }>;
  /** One `METHOD /path` for each request that came. */
  readonly requests: string[];
  /** What the next requests are answered with, instead of what they ask for. */
  readonly trouble: ('500' | 'silence' | 'hang up')[];
}

async function openBucket(): Promise<Bucket> {
  const contents: Bucket['contents'] = new Map();
  const requests: string[] = [];
  const trouble: Bucket['trouble'] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, headers } = request;
    const path = (request.url as string).replace(/\?.*/, '');
    requests.push(`${method} ${path}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const wrong = trouble.shift();
    if (wrong === 'silence') return;
    if (wrong === 'hang up') return void request.socket.destroy();
    if (wrong === '500') return void response.writeHead(500).end(errorOf('InternalError'));
    expect(headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=key-id\//);
    const stored = contents.get(path);
    if (method === 'PUT') {
      contents.set(path, { content: Buffer.concat(chunks), type: headers['content-type'] });
      response.writeHead(200).end();
    } else if (method === 'DELETE') {
      contents.delete(path);
      response.writeHead(204).end();
    } else if (stored) response.writeHead(200, { 'content-type': stored.type }).end(stored.content);
    else response.writeHead(404).end(errorOf('NoSuchKey'));
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const storage = createBucketStorage(
    {
      bucket: 'photos',
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      accessKeyId: 'key-id',
      secretAccessKey: 'secret',
    },
    { answerMs: 300 },
  );
  return { storage, contents, requests, trouble };
}

const errorOf = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;
const key = newStorageKey('2026-03-10T02:00:00.000Z');
const content = Buffer.from('照片');

it('a bucket gives back what was put there and forgets what was removed', async () => {
  const { storage, contents } = await openBucket();
  await storage.put(key, content, 'image/jpeg');
  expect([...contents]).toEqual([[`/photos/${key}`, { content, type: 'image/jpeg' }]]);
  expect(await storage.get(key)).toEqual(content);
  await storage.remove(key);
  await storage.remove(key);
  expect(await storage.get(key)).toBeNull();
});

it.each(['500', 'hang up', 'silence'] as const)(
  'a bucket that answers with %s is asked again',
  async (wrong) => {
    const { storage, trouble, requests } = await openBucket();
    trouble.push(wrong);
    await storage.put(key, content, 'image/jpeg');
    expect(requests).toEqual(Array(2).fill(`PUT /photos/${key}`));
    expect(await storage.get(key)).toEqual(content);
  },
);

it.each(['500', 'silence'] as const)('a bucket that goes on with %s is given up', async (wrong) => {
  const { storage, trouble, requests, contents } = await openBucket();
  trouble.push(wrong, wrong, wrong);
  await expect(storage.put(key, content, 'image/jpeg')).rejects.toThrow();
  expect(requests.length).toBe(3);
  expect(contents.size).toBe(0);
});
