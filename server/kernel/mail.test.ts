import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SMTP_PASSWORD, startSmtp, type TestSmtp } from '../testing/smtp.ts';
import { BadRecipient, createMailer, type Mailer, mailFailureWords } from './mail.ts';

const FROM = '跟进 Genjin <genjin@example.com>';
const mail = {
  to: 'li@example.com',
  subject: '您的密码已修改',
  text: '李强，您好：\n第二行',
  messageId: 'a.1',
};

let smtp: TestSmtp;
const cleanups: (() => Promise<unknown> | unknown)[] = [];

beforeEach(async () => {
  smtp = await startSmtp();
  cleanups.push(() => smtp.close());
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function mailerFor(url: string, patience?: Parameters<typeof createMailer>[2]): Mailer {
  const mailer = createMailer(url, FROM, patience);
  cleanups.push(() => mailer.close());
  return mailer;
}

async function failureOf(sent: Promise<void>): Promise<Error & { code?: string }> {
  const error: unknown = await sent.then(
    () => new Error('It was sent'),
    (reason) => reason,
  );
  if (!(error instanceof Error) || error.message === 'It was sent') throw error;
  return error;
}

describe('a mail', () => {
  it('arrives in Chinese, as text and as HTML, with the id it was given', async () => {
    const subject = '提醒：北京分公司「年度框架合同」的下次跟进时间已到，请尽快联系客户并填写跟进记录'.repeat(
      4,
    );
    const html = '<p>李强，您好：</p><p>第二行 — &lt;ok&gt;</p>';
    await mailerFor(smtp.url).send({ ...mail, subject, html });
    expect(smtp.received).toMatchObject([
      {
        from: 'genjin@example.com',
        to: ['li@example.com'],
        subject,
        text: mail.text,
        html,
        messageId: '<a.1@127.0.0.1>',
      },
    ]);
    expect(smtp.received[0]?.headers.get('from')).toBe(FROM);
  });

  it('arrives as text only when it has no HTML', async () => {
    await mailerFor(smtp.url).send(mail);
    expect(smtp.received).toMatchObject([{ subject: mail.subject, text: mail.text, html: null }]);
  });

  it('tells out-of-office programs not to answer', async () => {
    await mailerFor(smtp.url).send(mail);
    const headers = smtp.received[0]?.headers;
    expect(headers?.get('auto-submitted')).toBe('auto-generated');
    expect(headers?.get('x-auto-response-suppress')).toBe('All');
  });

  it('cannot be given another header or recipient by what somebody typed', async () => {
    await mailerFor(smtp.url).send({
      to: 'li@example.com',
      subject: '你好\r\nBcc: thief@example.com\r\n\r\n<html>',
      text: '正文\r\n.\r\nMAIL FROM:<thief@example.com>\r\n',
      html: '<p>\r\n\r\nBcc: thief@example.com</p>',
      messageId: 'a.2>\r\nX-Injected: yes',
    });
    expect(smtp.received).toHaveLength(1);
    expect(smtp.received[0]?.to).toEqual(['li@example.com']);
    expect(smtp.received[0]?.subject).toContain('你好');
    expect(smtp.received[0]?.subject).toContain('Bcc: thief@example.com');
    expect(smtp.received[0]?.headers.has('bcc')).toBe(false);
    expect(smtp.received[0]?.headers.has('x-injected')).toBe(false);
  });

  it.each([
    'li@example.com\r\nRCPT TO:<thief@example.com>',
    '"a" <x@y.cn>, z@w.cn',
    'x@y.cn, z@w.cn',
    'x@y.cn;z@w.cn',
    'x@y.cn z@w.cn',
    'x@y.cn@w.cn',
    '李强 <li@example.com>',
    'group: x@y.cn, z@w.cn;',
    'li@example.com ORCPT=rfc822',
    'li@exa\u0000mple.com',
    'li',
    '@example.com',
    '',
    `${'a'.repeat(250)}@example.com`,
  ])('goes nowhere when %j is given for one address', async (to) => {
    const failure = await failureOf(mailerFor(smtp.url).send({ ...mail, to }));
    expect(failure).toBeInstanceOf(BadRecipient);
    expect(mailFailureWords(failure)).toBe('收件地址被拒收：不是有效的邮箱地址');
    expect(smtp.attempts).toBe(0);
  });
});

describe('a server that fails', () => {
  it('for now is asked again, with the same id', async () => {
    smtp.setBehaviour('greylist');
    const mailer = mailerFor(smtp.url);
    const failure = await failureOf(mailer.send(mail));
    expect(failure).not.toBeInstanceOf(BadRecipient);
    expect(mailFailureWords(failure)).toMatch(/^邮件服务器暂时拒收（450 .+），稍后再试$/);
    expect(smtp.received).toEqual([]);
    await mailer.send(mail);
    expect(smtp.received).toMatchObject([{ messageId: '<a.1@127.0.0.1>' }]);
  });

  it('after it took the mail is asked again, with the same id', async () => {
    smtp.setBehaviour('dropAfterData');
    const mailer = mailerFor(smtp.url);
    const failure = await failureOf(mailer.send(mail));
    expect(failure).not.toBeInstanceOf(BadRecipient);
    expect(mailFailureWords(failure)).toBe('邮件服务器中断了连接');
    smtp.setBehaviour('accept');
    await mailer.send(mail);
    expect(smtp.received.map(({ messageId }) => messageId)).toEqual(['<a.1@127.0.0.1>', '<a.1@127.0.0.1>']);
  });

  it('to know the recipient says so in its own words', async () => {
    smtp.setBehaviour('badRecipient');
    const failure = await failureOf(mailerFor(smtp.url).send(mail));
    expect(failure).toBeInstanceOf(BadRecipient);
    expect(failure.message).toBe('550 5.1.1 No such user here');
    expect(mailFailureWords(failure)).toBe('收件地址被拒收：550 5.1.1 No such user here');
  });

  it.each([
    ['refuse421', /^邮件服务器暂时拒收（421 .+），稍后再试$/],
    ['brokenTls', /^邮件服务器的安全连接有问题$/],
    ['rejectAuth', /^邮件服务器登录失败$/],
  ] as const)('with %s may be asked again', async (behaviour, words) => {
    smtp.setBehaviour(behaviour);
    const failure = await failureOf(mailerFor(smtp.url).send(mail));
    expect(failure).not.toBeInstanceOf(BadRecipient);
    expect(mailFailureWords(failure)).toMatch(words);
    expect(`${failure.message}${failure.stack}${JSON.stringify(failure)}`).not.toContain(SMTP_PASSWORD);
    smtp.setBehaviour('accept');
    await mailerFor(smtp.url).send(mail);
    expect(smtp.received).toHaveLength(1);
  });

  it('to listen cannot be reached', async () => {
    await smtp.close();
    const failure = await failureOf(mailerFor(smtp.url).send(mail));
    expect(mailFailureWords(failure)).toBe('连不上邮件服务器');
  });

  it('to prove who it is gets neither mail nor password', async () => {
    const onAuth = vi.fn();
    const url = await startSecure({ onAuth });
    const failure = await failureOf(mailerFor(url.replace('://', '://genjin:secret@')).send(mail));
    expect(mailFailureWords(failure)).toBe('邮件服务器的安全连接有问题');
    expect(onAuth).not.toHaveBeenCalled();
  });

  it.each([
    ['RCPT', '550-5.1.1 no\u0007 such\r\n550 5.1.1 user', '收件地址被拒收：550-5.1.1 no such 550 5.1.1 user'],
    ['RCPT', '552 5.2.2 mailbox full', '收件地址被拒收：552 5.2.2 mailbox full'],
    ['RCPT', '554 5.7.1 relay access denied', '邮件没有发出去（554 5.7.1 relay access denied）'],
    ['RCPT', '550 5.1.8 sender rejected', '邮件没有发出去（550 5.1.8 sender rejected）'],
    ['RCPT', '530 5.7.0 log in first', '邮件服务器登录失败'],
    ['RCPT', '421 4.3.2 closing', '邮件服务器暂时拒收（421 4.3.2 closing），稍后再试'],
    ['EHLO', '421 4.3.2 closing', '邮件服务器暂时拒收（421 4.3.2 closing），稍后再试'],
    ['MAIL', '550 5.7.1 who are you', '邮件没有发出去（550 5.7.1 who are you）'],
    ['DATA', '451 4.3.0 not now', '邮件服务器暂时拒收（451 4.3.0 not now），稍后再试'],
    ['.', '554 5.6.0 looks like spam', '邮件没有发出去（554 5.6.0 looks like spam）'],
    ['.', '452 4.2.2 disk full', '邮件服务器暂时拒收（452 4.2.2 disk full），稍后再试'],
  ])('and answers %s with %j is understood', async (command, reply, words) => {
    const { port } = await listen(createServer(scripted({ [command]: reply })));
    const failure = await failureOf(mailerFor(`smtp://127.0.0.1:${port}`).send(mail));
    expect(mailFailureWords(failure)).toBe(words);
    expect(failure instanceof BadRecipient).toBe(words.startsWith('收件地址被拒收'));
  });

  it('and talks too much is cut short', async () => {
    for (const reply of [`550 ${'长😀'.repeat(300)}`, `450 ${'长😀'.repeat(300)}`]) {
      const { port } = await listen(createServer(scripted({ RCPT: reply })));
      const failure = await failureOf(mailerFor(`smtp://127.0.0.1:${port}`).send(mail));
      expect(mailFailureWords(failure).length).toBeLessThanOrEqual(200);
      expect(mailFailureWords(failure).isWellFormed()).toBe(true);
      if (failure instanceof BadRecipient) expect(failure.message.length).toBeLessThanOrEqual(200);
    }
  });
});

describe('a server that does not get on', () => {
  it('with its greeting is given up', async () => {
    const silent = await listen(createServer((socket) => socket.on('error', () => undefined)));
    const failure = await failureOf(
      mailerFor(`smtp://127.0.0.1:${silent.port}`, { connection: 200 }).send(mail),
    );
    expect(mailFailureWords(failure)).toBe('邮件服务器太久没有回应');
    await vi.waitFor(async () => expect(await silent.connections()).toBe(0));
  });

  it('with its answer is given up', async () => {
    const silent = await listen(createServer(scripted({ MAIL: null })));
    const failure = await failureOf(
      mailerFor(`smtp://127.0.0.1:${silent.port}`, { silence: 200 }).send(mail),
    );
    expect(mailFailureWords(failure)).toBe('邮件服务器太久没有回应');
    await vi.waitFor(async () => expect(await silent.connections()).toBe(0));
  });

  it('but keeps talking is cut off at the deadline of the mail', async () => {
    smtp.setBehaviour('tarpit');
    const failure = await failureOf(mailerFor(smtp.url, { silence: 60_000, mail: 300 }).send(mail));
    expect(failure).not.toBeInstanceOf(BadRecipient);
    expect(failure.code).toBe('ETIMEDOUT');
    expect(mailFailureWords(failure)).toBe('邮件服务器太久没有回应');
    expect(smtp.attempts).toBe(1);
    await vi.waitFor(() => expect(smtp.connections).toBe(0));
  });

  it.each([
    { how: 'in its TLS handshake', scheme: 'smtps', server: () => createServer(quiet) },
    { how: 'in the handshake of STARTTLS', scheme: 'smtp', server: () => createServer(scripted(UPGRADE)) },
    { how: 'with its greeting', scheme: 'smtp', server: () => createServer(quiet) },
  ])('$how is cut off at the deadline of the mail', async ({ scheme, server }) => {
    const stuck = await listen(server());
    const url = `${scheme}://127.0.0.1:${stuck.port}`;
    const failure = await failureOf(mailerFor(url, { mail: 300 }).send(mail));
    expect(failure.code).toBe('ETIMEDOUT');
    await vi.waitFor(async () => expect(await stuck.connections()).toBe(0));
  });

  it.each([true, false])('inside TLS (from the start: %s) is cut off', async (secure) => {
    const onMailFrom = vi.fn();
    let open = 0;
    const url = await startSecure({
      secure,
      onMailFrom,
      onConnect: (_session, done) => {
        open += 1;
        done();
      },
      onClose: () => {
        open -= 1;
      },
    });
    const mailer = mailerFor(`${url}?tls.rejectUnauthorized=false`);
    const failing = failureOf(mailer.send(mail));
    await vi.waitFor(() => expect(onMailFrom).toHaveBeenCalled(), 5_000);
    expect(open).toBe(1);
    mailer.close();
    await failing;
    await vi.waitFor(() => expect(open).toBe(0));
  });

  it('is left alone when the mailer closes', async () => {
    smtp.setBehaviour('tarpit');
    const mailer = mailerFor(smtp.url);
    const failing = failureOf(mailer.send(mail));
    await vi.waitFor(() => expect(smtp.connections).toBe(1));
    mailer.close();
    expect(mailFailureWords(await failing)).toBe('邮件没有发出去');
    await vi.waitFor(() => expect(smtp.connections).toBe(0));
  });
});

it('a failure that has nothing to do with mail is told without its words', () => {
  expect(mailFailureWords(new Error('smtp://genjin:secret@mail'))).toBe('邮件没有发出去');
  expect(mailFailureWords('secret')).toBe('邮件没有发出去');
});

const UPGRADE = { EHLO: '250-test\r\n250 STARTTLS', STARTTLS: '220 go ahead' };
const quiet = (socket: Socket) => void socket.on('error', () => undefined).resume();

/** Answers what is scripted and else agrees; `.` is the end of a mail, null no answer. */
function scripted(answers: Readonly<Record<string, string | null>>) {
  return (socket: Socket) => {
    let inData = false;
    let buffer = '';
    const answer = (command: string, usual: string) => {
      const words = command in answers ? answers[command] : usual;
      if (words) socket.write(`${words}\r\n`);
      return words === usual;
    };
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      buffer += chunk.toString('latin1');
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        if (inData && line !== '.') continue;
        const command = (inData ? '.' : line.split(' ')[0]) as string;
        inData = answer(command, command === 'DATA' ? '354 go on' : '250 ok') && command === 'DATA';
      }
    });
    socket.write('220 test ESMTP\r\n');
  };
}

async function listen(server: Server) {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return {
    port: (server.address() as AddressInfo).port,
    connections: () =>
      new Promise<number>((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
  };
}

/** With a certificate that nobody vouches for. */
async function startSecure(options: ConstructorParameters<typeof SMTPServer>[0]): Promise<string> {
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    disableReverseLookup: true,
    closeTimeout: 100,
    ...options,
  });
  server.on('error', () => undefined);
  const { port } = await listen(server.server);
  return `${options?.secure ? 'smtps' : 'smtp'}://127.0.0.1:${port}`;
}
