import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMailer, type Mailer } from './mail.ts';

interface Received {
  from: string;
  to: string[];
  raw: string;
}

let server: SMTPServer;
let mailer: Mailer;
let refuse: string | null = null;
let received: Received[] = [];

beforeAll(async () => {
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (refuse) return callback(new Error(refuse));
        received.push({
          from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
          to: session.envelope.rcptTo.map((recipient) => recipient.address),
          raw: Buffer.concat(chunks).toString('utf8'),
        });
        callback();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  mailer = createMailer(`smtp://127.0.0.1:${port}`, '跟进 Genjin <genjin@example.com>');
});
beforeEach(() => {
  received = [];
  refuse = null;
});
afterAll(async () => {
  mailer.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

const mail = {
  to: 'li@example.com',
  subject: '您的密码已修改',
  text: '李强，您好：\n第二行',
  messageId: 'a.1',
};

/** The headers, unfolded, encoded words decoded. */
function headersOf(raw: string): Map<string, string> {
  const lines = (raw.split('\r\n\r\n')[0] as string).replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const decode = (value: string) =>
    value
      .replace(/\?=\s+=\?/g, '?==?')
      .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, encoding: string, text: string) =>
        encoding.toLowerCase() === 'b'
          ? Buffer.from(text, 'base64').toString('latin1')
          : text
              .replace(/_/g, ' ')
              .replace(/=([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16))),
      );
  return new Map(
    lines.map((line) => {
      const at = line.indexOf(':');
      return [
        line.slice(0, at).toLowerCase(),
        Buffer.from(decode(line.slice(at + 1).trim()), 'latin1').toString('utf8'),
      ];
    }),
  );
}

describe('a mail', () => {
  it('arrives in Chinese, with the id it was given', async () => {
    await mailer.send(mail);
    const [first] = received;
    expect(first).toMatchObject({ from: 'genjin@example.com', to: ['li@example.com'] });
    const headers = headersOf(first?.raw ?? '');
    expect(headers.get('subject')).toBe('您的密码已修改');
    expect(headers.get('from')).toBe('跟进 Genjin <genjin@example.com>');
    expect(headers.get('message-id')).toBe('<a.1@127.0.0.1>');
    expect(first?.raw).toContain('charset=utf-8');
    const body = first?.raw.split('\r\n\r\n').slice(1).join('').replace(/\s/g, '') ?? '';
    expect(Buffer.from(body, 'base64').toString('utf8')).toContain('李强，您好');
  });

  it('keeps its id when it is sent again', async () => {
    await mailer.send(mail);
    await mailer.send(mail);
    const ids = received.map(({ raw }) => headersOf(raw).get('message-id'));
    expect(ids).toEqual(['<a.1@127.0.0.1>', '<a.1@127.0.0.1>']);
  });

  it('cannot be given another header or recipient by what somebody typed', async () => {
    await mailer.send({
      ...mail,
      to: 'li@example.com',
      subject: '你好\r\nBcc: thief@example.com\r\n\r\n<html>',
      messageId: 'a.2>\r\nX-Injected: yes',
    });
    const [first] = received;
    expect(first?.to).toEqual(['li@example.com']);
    const headers = headersOf(first?.raw ?? '');
    expect(headers.has('bcc')).toBe(false);
    expect(headers.has('x-injected')).toBe(false);
  });

  it('does not go to a second address hidden in the first', async () => {
    await mailer
      .send({ ...mail, to: 'li@example.com\r\nRCPT TO:<thief@example.com>' })
      .catch(() => undefined);
    expect(received.flatMap(({ to }) => to)).not.toContain('thief@example.com');
  });

  it('that the server refuses throws, so that it is tried again', async () => {
    refuse = 'mailbox full';
    await expect(mailer.send(mail)).rejects.toThrow(/mailbox full/);
  });
});

it('a server that is away throws within the time limit', async () => {
  const away = createMailer('smtp://127.0.0.1:9', 'genjin@example.com');
  await expect(away.send(mail)).rejects.toThrow();
  away.close();
});
