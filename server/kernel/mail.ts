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
  send(mail: Mail): Promise<void>;
  close(): void;
}

const TIMEOUT_MS = 10_000;

/** `url` as in `smtp://user:password@host:587`; `from` as in `跟进 <genjin@example.com>`. */
export function createMailer(url: string, from: string): Mailer {
  const { hostname } = new URL(url);
  const transport = createTransport(url, {
    from,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: 2 * TIMEOUT_MS,
  } as Parameters<typeof createTransport>[1]);
  return {
    async send({ messageId, to, ...mail }) {
      // As one address, not as a list to be taken apart.
      const recipient = { name: '', address: to };
      await transport.sendMail({ ...mail, to: recipient, messageId: `<${messageId}@${hostname}>` });
    },
    close: () => transport.close(),
  };
}
