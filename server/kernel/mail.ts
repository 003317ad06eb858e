import { createTransport } from 'nodemailer';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** The same mail keeps the same id when it is tried again, so that mail programs show it once. */
  readonly messageId: string;
}

/** Sends mail. Only the worker calls it: it may take long and may fail, and then the job is tried again. */
export interface Mailer {
  /** Throws `BadRecipient` if trying again is useless. After any other error the mail may yet arrive. */
  send(mail: Mail): Promise<void>;
  /** Gives up what is being sent. */
  close(): void;
}

/** The address is none, or the server refused it for good. The message: its words, one line. */
export class BadRecipient extends Error {
  override readonly name = 'BadRecipient';
}

/** How long to wait, in milliseconds. */
interface Patience {
  /** Until the server is found, has greeted and, if it can, encrypts. */
  readonly connection: number;
  readonly silence: number;
  /** For one mail altogether: a server that says a little now and then is never silent. */
  readonly mail: number;
}

const PATIENCE: Patience = { connection: 10_000, silence: 20_000, mail: 45_000 };

/** Keeps out-of-office replies from answering. */
const AUTOMATIC = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' };

/** `url` as in `smtp://user:password@host:587`; `from` as in `跟进 <genjin@example.com>`. */
export function createMailer(url: string, from: string, patience: Partial<Patience> = {}): Mailer {
  const { hostname } = new URL(url);
  const { connection, silence, mail: deadline } = { ...PATIENCE, ...patience };
  const transport = createTransport(
    {
      url,
      connectionTimeout: connection,
      socketTimeout: silence,
      // Closing then cuts the connection instead of waiting for the server to agree.
      socketCloseTimeout: 0,
    },
    { from, headers: AUTOMATIC },
  );
  const sending = new Set<AbortController>();
  return {
    async send({ messageId, to, subject, text, html }) {
      if (!isAddress(to)) throw new BadRecipient('不是有效的邮箱地址');
      const controller = new AbortController();
      const { signal } = controller;
      const timer = setTimeout(() => controller.abort(tooSlow(deadline)), deadline);
      sending.add(controller);
      try {
        // As one address, not as a list to be taken apart.
        const recipient = { name: '', address: to };
        const id = `<${messageId}@${hostname}>`;
        await transport.sendMail({ to: recipient, subject, text, html, messageId: id, signal });
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw refusesRecipient(error) ? new BadRecipient(oneLine(error.response), { cause: error }) : error;
      } finally {
        clearTimeout(timer);
        sending.delete(controller);
      }
    },
    close() {
      for (const controller of sending) controller.abort(new Error('The mailer was closed'));
      transport.close();
    },
  };
}

/** Why a mail was not sent, for an administrator. */
export function mailFailureWords(error: unknown): string {
  if (error instanceof BadRecipient) return oneLine(`收件地址被拒收：${error.message}`);
  const { code, originalCode, timeoutType, response, responseCode } = detailsOf(error);
  if (code === 'EAUTH' || responseCode === 530) return '邮件服务器登录失败';
  if (response && responseCode && responseCode >= 400 && responseCode < 500) {
    return `邮件服务器暂时拒收（${oneLine(response, 150)}），稍后再试`;
  }
  if (code === 'ETLS' || TLS_CODE.test(originalCode ?? '')) return '邮件服务器的安全连接有问题';
  if (code === 'ETIMEDOUT' && timeoutType !== 'CONNECT_TIMEOUT') return '邮件服务器太久没有回应';
  if (response) return `邮件没有发出去（${oneLine(response, 150)}）`;
  if (code === 'ECONNECTION' || originalCode === 'ECONNRESET' || originalCode === 'EPIPE') {
    return '邮件服务器中断了连接';
  }
  return code && UNREACHABLE.has(code) ? '连不上邮件服务器' : '邮件没有发出去';
}

/** What the mail library says of a failure. `originalCode` is the system's or OpenSSL's. */
interface Failure {
  readonly code?: string;
  readonly originalCode?: string;
  readonly timeoutType?: string;
  /** The command that failed. */
  readonly command?: string;
  /** The server's words, with `responseCode` in front. */
  readonly response?: string;
  readonly responseCode?: number;
}

const TLS_CODE = /^ERR_(SSL|TLS)_|CERT|SIGNATURE|^EPROTO$/;
const UNREACHABLE = new Set(['ESOCKET', 'EDNS', 'ETIMEDOUT']);

const detailsOf = (error: unknown): Failure => (error instanceof Error ? (error as Failure) : {});

const tooSlow = (ms: number) =>
  Object.assign(new Error(`The mail was not sent within ${ms} ms`), { code: 'ETIMEDOUT' });

/**
 * One mailbox, so plain that no server can read two into it. `"a" <x@y>, z@w` would otherwise be quoted into a mailbox of
 * the last host.
 */
const isAddress = (text: string) =>
  text.length <= 254 && /^[^\s\p{C}"(),:;<>@[\\\]]+@[^\s\p{C}"(),:;<>@[\\\]]+$/u.test(text);

/**
 * Servers also answer RCPT with what they have against the sender, the client or the session: Postfix by default keeps
 * all of that until then. It says nothing of the address, and somebody will put it right.
 */
const OTHER_REASON = /^(?:503|530)|^5\d\d[ -]5\.(?:[3-7]\.|1\.[78]\b)/;

function refusesRecipient(error: unknown): error is Failure & { response: string } {
  const { command, response = '', responseCode = 0 } = detailsOf(error);
  return command === 'RCPT TO' && responseCode >= 500 && !OTHER_REASON.test(response);
}

/** Half a character at the cut is a control character, too. */
const oneLine = (words: string, longest = 200) =>
  words
    .slice(0, longest)
    .replace(/[\s\p{C}]+/gu, ' ')
    .trim();
