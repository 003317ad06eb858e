import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type FakeRequest, MiniProgram } from './harness.ts';
import { action, answered, session, TICKET, ticket } from './ticket.ts';

const dist = path.resolve(import.meta.dirname, '../../dist/weapp');
if (!existsSync(path.join(dist, 'app.json'))) throw new Error('Run `npm run build:weapp` first.');

let program: MiniProgram;
afterEach(() => program.dispose());

test('a photo taken without a signal is kept as a file, survives a killed app, and is uploaded once', async () => {
  let online = false;
  const onSite = {
    ...ticket,
    status: 'on_site',
    actions: [action('resolve', '完工'), action('addPhoto', '拍照')],
  };
  const answer = (request: FakeRequest) => {
    if (request.method === 'GET') return answered(onSite);
    return online ? answered({}) : { fail: 'no network' };
  };
  const files = new Map([['wxfile://tmp/photo.jpg', 'jpeg']]);
  const kept = () => [...files.keys()].filter((file) => file.startsWith('wxfile://usr/'));
  const storage = { 'genjin:session': JSON.stringify(session) };
  program = new MiniProgram({ dist, answer, storage, files });
  const page = await program.open('service/work/index', { id: TICKET });
  await expect.poll(() => page.text).toContain('处理前');
  await page.tap('添加处理前');
  await expect.poll(kept).toHaveLength(1);
  // WeChat clears what is temporary.
  files.delete('wxfile://tmp/photo.jpg');

  const left = Object.fromEntries(program.storage);
  program.dispose();
  program = new MiniProgram({ dist, answer, storage: left, files });
  const outbox = await program.open('sales/outbox/index');
  await expect.poll(() => outbox.text).toContain('处理前');

  online = true;
  program.emit('NetworkStatusChange', { isConnected: true, networkType: 'wifi' });
  await expect.poll(() => outbox.text).toContain('全部已同步');
  const uploads = program.requests.filter(({ url }) => url.includes('/api/files?'));
  const accepted = uploads[uploads.length - 1];
  expect(accepted?.data).toEqual({ file: 'jpeg' });
  expect(accepted?.url).toContain(`entityId=${TICKET}`);
  expect(accepted?.url).toContain('kind=before');
  expect(new Set(uploads.map(({ header }) => header['Idempotency-Key'])).size).toBe(1);
  await expect.poll(kept).toEqual([]);
  expect(program.errors).toEqual([]);
});
