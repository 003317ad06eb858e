import {
  createCipheriv,
  createDecipheriv,
  createHash,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/** Keeps the secrets of other companies in the database without showing them to whoever reads a copy of it. */
export interface Secrets {
  /** @param about what it belongs to: it opens only there */
  seal(secret: string, about: string): string;
  /** Null when it does not belong there, or was sealed with another key. */
  open(sealed: string, about: string): string | null;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function createSecrets(masterKey: string): Secrets {
  const key = Buffer.from(hkdfSync('sha256', masterKey, '', 'genjin secrets', 32));
  return {
    seal(secret, about) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about));
      const sealed = [nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return Buffer.concat(sealed).toString('base64url');
    },
    open(sealed, about) {
      const bytes = Buffer.from(sealed, 'base64url');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), {
          authTagLength: TAG_BYTES,
        });
        decipher.setAAD(Buffer.from(about)).setAuthTag(bytes.subarray(-TAG_BYTES));
        const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8');
        return text + decipher.final('utf8');
      } catch {
        return null;
      }
    },
  };
}

/** Whether two texts are equal, in a time that tells neither where they differ nor how long they are. */
export function equalInConstantTime(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
