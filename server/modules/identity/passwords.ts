import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);
const TAG_BYTES = 32;
const PASSES = 2;

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes the same time for an account that does not exist: pass null. */
  verify(password: string, stored: string | null): Promise<boolean>;
}

/** argon2id, stored in PHC text: `$argon2id$v=19$m=19456,t=2,p=1$salt$tag`. */
export function createPasswords(memoryKib: number): Passwords {
  const run = (password: string, nonce: Buffer, memory: number, passes: number) =>
    derive('argon2id', { message: password, nonce, memory, passes, parallelism: 1, tagLength: TAG_BYTES });

  async function hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    const tag = await run(password, salt, memoryKib, PASSES);
    const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
    return `$argon2id$v=19$m=${memoryKib},t=${PASSES},p=1$${text(salt)}$${text(tag)}`;
  }

  return {
    hash,
    async verify(password, stored) {
      const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$([^$]+)\$([^$]+)$/.exec(stored ?? '');
      if (!match) {
        await hash(password);
        return false;
      }
      const [, memory, passes, salt, expected] = match as unknown as [string, string, string, string, string];
      const tag = await run(password, Buffer.from(salt, 'base64'), Number(memory), Number(passes));
      const known = Buffer.from(expected, 'base64');
      return known.length === tag.length && timingSafeEqual(known, tag);
    },
  };
}
