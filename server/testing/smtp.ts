import { type AddressInfo, createServer, type Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

/**
 * What the server does to a mail: takes it; hangs up with a 421 greeting; refuses each recipient once with 450; refuses
 * every recipient with 550; answers EHLO with one more line for ever; breaks the TLS handshake after STARTTLS; takes the
 * mail and hangs up before it says so; refuses the password with 535.
 */
export type SmtpBehaviour =
  | 'accept'
  | 'refuse421'
  | 'greylist'
  | 'badRecipient'
  | 'tarpit'
  | 'brokenTls'
  | 'dropAfterData'
  | 'rejectAuth';

export interface ReceivedMail {
  readonly from: string;
  /** Of the envelope: who gets it, whatever the headers say. */
  readonly to: readonly string[];
  readonly subject: string;
  /** As in the header, `<…>`. */
  readonly messageId: string;
  readonly text: string;
  readonly html: string | null;
  /** By lower-case name, unfolded and decoded. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface TestSmtp {
  /** With a user and the password `SMTP_PASSWORD`. */
  readonly url: string;
  /** Everything the server took, also what it did not confirm. */
  readonly received: ReceivedMail[];
  /** Open now. */
  readonly connections: number;
  /** Ever opened. */
  readonly attempts: number;
  /** Addresses that it refuses for good, whatever its behaviour. */
  readonly unknown: Set<string>;
  setBehaviour(behaviour: SmtpBehaviour): void;
  /** Hangs up on everybody; from then on connections to `url` are refused. */
  close(): Promise<void>;
}

export const SMTP_PASSWORD = 'smtp-secret-7Kq';
const DRIP_MS = 20;

/** What the server is about to answer. A mail whose data have come is taken, even if nobody waits for the answer. */
export type SmtpStep = 'greeting' | 'recipient' | 'data';

interface SmtpOptions {
  readonly behaviour?: SmtpBehaviour;
  /** Any free one without it. */
  readonly port?: number;
  /** So many milliseconds pass before it answers. */
  readonly pause?: (step: SmtpStep) => number;
}

/** A mail server on a port of this machine that fails as it is told to. */
export async function startSmtp(options: SmtpOptions = {}): Promise<TestSmtp> {
  let behaviour = options.behaviour ?? 'accept';
  let attempts = 0;
  const received: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  const greylisted = new Set<string>();
  const unknown = new Set<string>();
  const { pause = () => 0 } = options;

  function after(step: SmtpStep, answer: () => void): void {
    const milliseconds = pause(step);
    if (milliseconds > 0) setTimeout(answer, milliseconds);
    else answer();
  }

  const smtp = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    hideSTARTTLS: true,
    disableReverseLookup: true,
    onConnect: (_session, done) =>
      after('greeting', () => done(behaviour === 'refuse421' ? refusal(421, '4.3.2 Try later') : null)),
    onAuth: ({ username }, _session, done) =>
      behaviour === 'rejectAuth'
        ? done(refusal(535, '5.7.8 Authentication credentials invalid'))
        : done(null, { user: username }),
    onRcptTo({ address }, _session, done) {
      if (behaviour === 'badRecipient' || unknown.has(address))
        return done(refusal(550, '5.1.1 No such user here'));
      if (behaviour === 'greylist' && !greylisted.has(address)) {
        greylisted.add(address);
        return done(refusal(450, '4.2.0 Greylisted, try again later'));
      }
      after('recipient', done);
    },
    onData(stream, { envelope, remotePort }, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        received.push({
          from: envelope.mailFrom ? envelope.mailFrom.address : '',
          to: envelope.rcptTo.map(({ address }) => address),
          ...readMail(Buffer.concat(chunks).toString('latin1')),
        });
        if (behaviour !== 'dropAfterData') return after('data', done);
        for (const socket of sockets) if (socket.remotePort === remotePort) socket.destroy();
      });
    },
  });
  smtp.on('error', () => undefined);

  const server = createServer((socket) => {
    attempts += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    if (behaviour === 'tarpit') drip(socket);
    else if (behaviour === 'brokenTls') breakHandshake(socket);
    else smtp.connect(socket);
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `smtp://genjin:${SMTP_PASSWORD}@127.0.0.1:${port}`,
    received,
    unknown,
    get connections() {
      return sockets.size;
    },
    get attempts() {
      return attempts;
    },
    setBehaviour(next) {
      behaviour = next;
      greylisted.clear();
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

const refusal = (responseCode: number, words: string) => Object.assign(new Error(words), { responseCode });

/** A client that only says goodbye does not get away. */
function drip(socket: Socket): void {
  socket.allowHalfOpen = true;
  socket.write('220 tarpit ESMTP\r\n');
  socket.once('data', () => {
    const timer = setInterval(() => socket.write('250-one moment\r\n'), DRIP_MS);
    socket.on('close', () => clearInterval(timer));
  });
}

function breakHandshake(socket: Socket): void {
  socket.write('220 broken ESMTP\r\n');
  let secured = false;
  socket.on('data', (data) => {
    if (secured) return socket.end('this is no TLS record\r\n');
    secured = data.toString('latin1').startsWith('STARTTLS');
    socket.write(secured ? '220 go ahead\r\n' : '250-broken\r\n250 STARTTLS\r\n');
  });
}

/** Takes bytes as characters, so that nothing is decoded before its encoding is known. */
function readMail(raw: string): Omit<ReceivedMail, 'from' | 'to'> {
  const { headers } = splitPart(raw);
  const texts = new Map(textsOf(raw).toReversed());
  return {
    subject: headers.get('subject') ?? '',
    messageId: headers.get('message-id') ?? '',
    text: texts.get('text/plain') ?? '',
    html: texts.get('text/html') ?? null,
    headers,
  };
}

function splitPart(part: string): { headers: Map<string, string>; body: string } {
  const end = part.indexOf('\r\n\r\n');
  const lines = part
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim())];
    }),
  );
  return { headers, body: part.slice(end + 4) };
}

function textsOf(part: string): [type: string, text: string][] {
  const { headers, body } = splitPart(part);
  const contentType = headers.get('content-type') ?? 'text/plain';
  const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1];
  if (boundary) {
    const parts = `\r\n${body}`.split(`\r\n--${boundary}`).slice(1, -1);
    return parts.flatMap((inner) => textsOf(inner.slice(2)));
  }
  const bytes = decodeBody(body, headers.get('content-transfer-encoding')?.toLowerCase());
  const text = Buffer.from(bytes, 'latin1').toString('utf8').replace(/\r\n/g, '\n').replace(/\n$/, '');
  return [[contentType.split(';')[0] as string, text]];
}

function decodeBody(body: string, encoding: string | undefined): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('latin1');
  if (encoding === 'quoted-printable') return decodeHex(body.replace(/=\r\n/g, ''));
  return body;
}

function decodeWords(value: string): string {
  const bytes = value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, encoding: string, word: string) =>
      encoding.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString('latin1')
        : decodeHex(word.replace(/_/g, ' ')),
    );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

const decodeHex = (text: string) =>
  text.replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
