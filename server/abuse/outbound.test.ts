import { globSync, readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auth } from '#shared/auth/contract.ts';
import { customers } from '#shared/customers/contract.ts';
import { intake } from '#shared/intake/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { reminders } from '#shared/reminders/contract.ts';
import { imports } from '#shared/transfers/contract.ts';
import { createMemoryCache } from '../kernel/cache.ts';
import { createWechatMessages } from '../modules/notifications/wechat-messages.ts';
import { createCompany, leadDraft } from '../testing/company.ts';
import { createTestApp } from '../testing/createTestApp.ts';

// The server opens connections only to what its operator has configured, and to WeChat: no address that a user or an
// administrator of the company types is ever called. So there is nothing to guard, and here is what says when there is.

const ROOT = join(import.meta.dirname, '../..');

/** Every place that can open a connection, with where to. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  'server/kernel/database.ts': ['pg'], // DATABASE_URL
  'server/kernel/mail.ts': ['nodemailer'], // SMTP_URL
  'server/kernel/redis.ts': ['ioredis'], // REDIS_URL
  'server/modules/identity/wechat.ts': ['fetch'], // api.weixin.qq.com
  'server/modules/notifications/wechat-messages.ts': ['fetch'], // api.weixin.qq.com
};

const MODULES =
  /(?:from|import|require)\s*\(?\s*'(?:node:)?(https?|http2|net|tls|dgram|dns(?:\/promises)?|child_process|undici|nodemailer|ioredis|pg|ws|axios|got|node-fetch|smtp-\w+)'/g;
const GLOBALS = /(?<![\w.])(fetch|WebSocket|EventSource|XMLHttpRequest)\s*\(/g;
const LOCAL = /function fetch\(/;
/** Types, and what a module has besides connections. */
const HARMLESS = /import (?:type \{[^}]*\}|\{ STATUS_CODES \}) from '[^']+';/g;

const sources = globSync('{server,shared}/**/*.ts', { cwd: ROOT })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !/\.test\.ts$|^server\/testing\//.test(file));

function callsIn(file: string): string[] {
  const code = readFileSync(join(ROOT, file), 'utf8').replace(HARMLESS, '');
  const names = [...code.matchAll(MODULES), ...(LOCAL.test(code) ? [] : code.matchAll(GLOBALS))];
  return [...new Set(names.map(([, name]) => name as string))];
}

describe('the server', () => {
  it('calls out from the places that are listed here, and from no other', () => {
    expect(sources.length).toBeGreaterThan(150);
    const found = sources.map((file) => [file, callsIn(file)] as const).filter(([, calls]) => calls.length);
    expect(Object.fromEntries(found)).toEqual(CALLS);
  });

  it('calls no address but that of WeChat by itself, and follows nobody elsewhere', () => {
    for (const file of Object.keys(CALLS).filter((name) => CALLS[name]?.includes('fetch'))) {
      const code = readFileSync(join(ROOT, file), 'utf8');
      const hosts = [...code.matchAll(/['"`](https?:\/\/[^/'"`$?]+)/g)].map(([, host]) => host);
      expect(new Set(hosts.filter((host) => !host?.includes('developers.')))).toEqual(
        new Set(['https://api.weixin.qq.com']),
      );
      expect(code.match(/redirect: 'error'/g)).toHaveLength(code.match(/(?<![\w.])fetch\(/g)?.length ?? 0);
    }
  });

  it('does not follow a redirection of WeChat to an address within', async ({ onTestFinished }) => {
    const asked: string[] = [];
    const inner = createHttpServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('{"access_token":"x","expires_in":7200,"errcode":0}');
    }).listen(0, '127.0.0.1');
    const { port } = await new Promise<AddressInfo>((resolve) =>
      inner.once('listening', () => resolve(inner.address() as AddressInfo)),
    );
    const outer = createHttpServer((_request, response) => {
      response.writeHead(307, { location: `http://[::ffff:127.0.0.1]:${port}/latest/meta-data/` }).end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => outer.once('listening', resolve));
    onTestFinished(() => void [inner, outer].map((server) => server.close()));
    const config = { WECHAT_APP_ID: 'a', WECHAT_APP_SECRET: 'b', WECHAT_TEMPLATE_OVERDUE: 'c' };
    const baseUrl = `http://127.0.0.1:${(outer.address() as AddressInfo).port}`;
    const messages = createWechatMessages(config, createMemoryCache(), baseUrl);
    const message = { openid: 'o', template: 'overdue', fields: {}, page: 'pages/today/index' } as const;
    await expect(messages?.send(message)).rejects.toThrow();
    expect(asked).toEqual([]);
  });

  it('calls no address that people type, in no spelling, wherever it may be typed', async ({
    onTestFinished,
  }) => {
    let connections = 0;
    const canary = createServer((socket) => {
      connections++;
      socket.destroy();
    }).listen(0);
    await new Promise((resolve) => canary.once('listening', resolve));
    onTestFinished(() => void canary.close());
    const { port } = canary.address() as AddressInfo;
    const t = await createTestApp();
    const { admin, rep } = await createCompany(t);
    const hosts = [
      '127.0.0.1',
      'localhost',
      '0x7f.1',
      '2130706433',
      '017700000001',
      '127.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '127.0.0.1.nip.io',
      '0.0.0.0',
    ];
    for (const host of hosts) {
      const url = `http://${host}:${port}/`;
      const texts = { customerName: url, address: url, description: url, company: url };
      await t.call(leads.create, { body: leadDraft({ ...texts, sourceAccount: url }) }, { as: rep });
      await t.call(
        customers.create,
        { body: { customerName: url, website: url, address: url } },
        { as: admin },
      );
      const source = { kind: 'feiyu', name: url.slice(0, 50), secret: 'a-secret-of-theirs' } as const;
      const mapping = { customerName: url, phone: 'tel' };
      const made = await t.call(
        intake.createSource,
        { body: { ...source, mapping, campaign: url } },
        { as: admin },
      );
      await t.call(
        intake.test,
        { params: { id: made.data.id }, body: { payload: `{"${url}":"${url}"}` } },
        { as: admin },
      );
      // Not even as the host of a mail address: mails go to the server that is configured.
      await t.send('POST', reminders.addEmail.path, { as: admin, body: { email: `a@${host}` } });
      const content = `客户名称,电话,备注\n"=WEBSERVICE(""${url}"")",138${host.length}0138000,${url}`;
      await t.send('POST', imports.uploadLeads.path, { as: rep, file: { name: `${host}.csv`, content } });
      const body = { username: url.slice(0, 50), password: 'wrong-password-1', device: url };
      const headers = {
        referer: url,
        origin: url,
        'x-forwarded-for': host,
        'x-forwarded-host': `${host}:${port}`,
      };
      await t.call(auth.login, { body }, { headers });
    }
    await t.work();
    expect(connections).toBe(0);
    const stored = await t.db.selectFrom('customers').select('website').execute();
    expect(stored).toHaveLength(hosts.length);
  });
});
