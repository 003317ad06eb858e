import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { allEndpoints } from '#shared/api.ts';
import { auth } from '#shared/auth/contract.ts';
import { type EndpointDefinition, urlOf } from '#shared/http/endpoint.ts';
import { imports } from '#shared/transfers/contract.ts';
import { newId } from '../kernel/new-id.ts';
import { type Company, createCompany, register } from '../testing/company.ts';
import { createTestApp, type TestApp } from '../testing/createTestApp.ts';

// What a browser, a proxy or a stranger makes of an answer, and of an address.

const FOREIGN = 'https://evil.example';

let t: TestApp;
let people: Company;
let port: number;

beforeAll(async () => {
  t = await createTestApp({ production: true });
  people = await createCompany(t);
  await t.app.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = t.app.server.address() as AddressInfo);
});

interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends exactly these bytes, and reads until the server has hung up. */
async function raw(...lines: (string | Buffer)[]): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk)).on('error', () => undefined);
  socket.write(Buffer.concat(lines.map((line) => Buffer.from(line))));
  await once(socket, 'close');
  const text = Buffer.concat(chunks).toString();
  const [head = '', ...body] = text.split('\r\n\r\n');
  const [first = '', ...rest] = head.split('\r\n');
  const headers = rest.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return {
    status: Number(first.split(' ')[1]),
    headers: Object.fromEntries(headers),
    body: body.join('\r\n\r\n'),
  };
}

const get = (target: string, ...more: string[]) =>
  raw([`GET ${target} HTTP/1.1`, 'host: crm.example.com', 'connection: close', ...more, '', ''].join('\r\n'));
const bearer = (token: string) => `authorization: Bearer ${token}`;

function expectProtected({ headers }: { readonly headers: Readonly<Record<string, unknown>> }) {
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringContaining('frame-ancestors'),
    'referrer-policy': 'no-referrer',
    'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/),
  });
  for (const name of Object.keys(headers)) {
    expect(['x-powered-by', 'server', 'set-cookie']).not.toContain(name);
    expect(name).not.toMatch(/^access-control-/);
  }
}

describe('every answer', () => {
  const answers: readonly (readonly [what: string, status: number, ask: () => Promise<RawAnswer>])[] = [
    ['data', 200, () => get('/api/leads', bearer(people.rep.token))],
    ['a refusal of who is not signed in', 401, () => get('/api/leads')],
    ['a refusal of what is wrong', 400, () => get('/api/leads?page=0', bearer(people.rep.token))],
    ['a download', 200, () => get(imports.leadTemplate.path, bearer(people.admin.token))],
    ['the API page', 200, () => get('/api/docs/')],
    ['a script of the API page', 200, () => get('/api/docs/static/swagger-ui.css')],
    ['the description of the API', 200, () => get('/api/docs/json')],
    ['word that the process lives', 200, () => get('/healthz')],
    ['word that it is ready', 200, () => get('/readyz')],
    ['an address that is none', 404, () => get('/api/nothing')],
    ['an address that is none outside of the API', 404, () => get('/nothing')],
    ['an address that cannot be decoded', 400, () => get('/api/leads/%ff')],
    ['a webhook', 404, () => get('/api/webhooks/douyin/no-such-token')],
    [
      'an address with more than any header may hold',
      431,
      () => get(`/api/leads?keyword=${'x'.repeat(20_000)}`),
    ],
    ['headers without an end', 431, () => get('/', `x-long: ${'x'.repeat(20_000)}`)],
    ['what is no HTTP', 400, () => raw('HELLO\r\n\r\n')],
    [
      'a request that says its length twice',
      400,
      () =>
        raw(
          'POST /api/auth/login HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
        ),
    ],
  ];

  it.each(answers)('%s (%i) tells browsers to do nothing with it', async (_, status, ask) => {
    const answer = await ask();
    expect(answer.status, answer.body).toBe(status);
    expectProtected(answer);
  });
});

it('a request without a host is answered by Node itself, with nothing in it', async () => {
  const { status, body } = await raw('GET /api/leads HTTP/1.1\r\nconnection: close\r\n\r\n');
  expect([status, body]).toEqual([400, '0\r\n\r\n']);
});

it('an address that is too long is refused, by whoever looks at it first: the pages, where they are built, or the API', async () => {
  const answer = await get(`/api/leads/${'x'.repeat(300)}`);
  expect([400, 404], answer.body).toContain(answer.status);
  expectProtected(answer);
});

describe('another site', () => {
  it('is not let in, whoever it says it is', async () => {
    for (const origin of [FOREIGN, 'null', 'https://crm.example.com.evil.example', 'http://localhost:3000']) {
      expectProtected(await get('/api/leads', bearer(people.rep.token), `origin: ${origin}`));
      const preflight = [
        'OPTIONS /api/leads HTTP/1.1',
        'host: crm.example.com',
        'connection: close',
        `origin: ${origin}`,
        'access-control-request-method: POST',
        'access-control-request-headers: authorization, content-type',
      ];
      const answer = await raw([...preflight, '', ''].join('\r\n'));
      expect(answer.status).toBe(404);
      expectProtected(answer);
    }
  });
});

describe('a method that no endpoint declares', () => {
  const declared = new Set(allEndpoints.map(([, { method, path }]) => `${method} ${path}`));
  const paths = [...new Set(allEndpoints.map(([, { path }]) => path))];
  const urls = paths.map((path) => [path, path.replace(/:\w+/g, newId())] as const);

  test.each(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'MKCOL'])(
    '%s is not there',
    async (method) => {
      for (const [path, url] of urls.filter(([path]) => !declared.has(`${method} ${path}`))) {
        // What is literal here may be an id there.
        if (allEndpoints.some(([, other]) => other.method === method && takes(other, path))) continue;
        const reply = await t.app.inject({
          method: method as 'GET',
          url,
          headers: { authorization: `Bearer ${people.admin.token}` },
        });
        expect(reply.statusCode, `${method} ${path}`).toBe(404);
      }
    },
  );

  const takes = ({ path }: EndpointDefinition, url: string) =>
    new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`).test(url);

  it('cannot be smuggled in by a header or a parameter', async () => {
    const { id } = await register(t, people.rep);
    for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      const reply = await t.send('GET', `/api/leads/${id}`, {
        as: people.rep,
        headers: { [name]: 'DELETE' },
      });
      expect(reply.status).toBe(200);
    }
    expect((await t.send('GET', `/api/leads/${id}?_method=DELETE`, { as: people.rep })).status).toBe(400);
    expect((await t.send('GET', `/api/leads/${id}`, { as: people.rep })).status).toBe(200);
  });

  it('CONNECT is hung up on', async () => {
    expect(await raw('CONNECT 169.254.169.254:80 HTTP/1.1\r\nhost: x\r\n\r\n')).toMatchObject({ body: '' });
  });
});

describe('an address', () => {
  test.each([
    '/../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/package.json',
    '/%2e%2e%2fpackage.json',
    '/..%5cpackage.json',
    '/..%252fpackage.json',
    '/js/../../../package.json',
    '/js/..%2f..%2f..%2fpackage.json',
    '/....//package.json',
    '/%00',
    '/index.html%00.js',
    '/package.json',
    '/.env',
    '/.git/config',
    '//etc/passwd',
    '/%2fetc/passwd',
    '/\\..\\package.json',
    '/api/docs/static/../../../../package.json',
    '/api/docs/static/..%2f..%2f..%2f..%2fpackage.json',
    '/api/docs/static/%2e%2e%2f%2e%2e%2fpackage.json',
    '/api/../.env',
  ])('%s leads out of no folder', async (target) => {
    const { status, body } = await get(target);
    expect([400, 403, 404]).toContain(status);
    expect(body).not.toMatch(/"dependencies"|root:|JWT_SECRET|\[core\]/);
  });

  it('of another host does not get into the links of mails', async () => {
    const email = 'forgetful@example.com';
    const { username } = await t.user({ roles: ['sales'], email });
    for (const host of ['evil.example', 'crm.example.com@evil.example', 'crm.example.com\tevil.example']) {
      const headers = {
        host,
        'x-forwarded-host': host,
        'x-forwarded-proto': 'http',
        forwarded: `host=${host}`,
      };
      expect((await t.call(auth.forgotPassword, { body: { username } }, { headers })).status).toBe(200);
    }
    await t.work();
    expect(t.mails.length).toBeGreaterThan(0);
    for (const mail of t.mails) {
      const links = [...JSON.stringify(mail).matchAll(/https?:\/\/[^\s"\\/]+/g)].map(([link]) => link);
      expect(new Set(links)).toEqual(new Set(['https://crm.example.com']));
    }
  });
});

describe('a parameter that comes twice', () => {
  const lists = allEndpoints.filter(([, { method, query, params }]) => method === 'GET' && query && !params);

  it.each(lists)('of %s is refused, or is a list that may hold two', async (_, endpoint) => {
    for (const name of Object.keys(endpoint.query?.shape ?? {})) {
      for (const url of [`${name}=1&${name}=2`, `${name}[]=1`, `${name}[a]=1`, `${name}.a=1`]) {
        const reply = await t.send('GET', `${urlOf(endpoint, {})}?${url}`, { as: people.admin });
        expect(reply.status, url).toBe(400);
      }
    }
  });

  it('is taken as the list that it is where several values may stand', async () => {
    const reply = await t.send('GET', '/api/leads?status=new&status=contacted', { as: people.rep });
    expect(reply.status).toBe(200);
    const many = `/api/leads?${'status=new&'.repeat(21)}`;
    expect((await t.send('GET', many, { as: people.rep })).status).toBe(400);
  });

  it('as a header does not make anybody somebody else', async () => {
    const answer = await get('/api/auth/profile', bearer(people.rep.token), bearer(people.admin.token));
    if (answer.status === 200) expect(answer.body).toContain(people.rep.id);
    expect(answer.body).not.toContain(people.admin.id);
  });
});
