import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);
const TAG_BYTES = 32;
const PASSES = 2;
/**
 * How many are hashed at once: half of the threads that Node has for files, names and compression as well, which many
 * guesses would otherwise keep to themselves. It also bounds the memory.
 */
const AT_ONCE = 2;

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes the same time for an account that does not exist: pass null. */
  verify(password: string, stored: string | null): Promise<boolean>;
}

/** argon2id, stored in PHC text: `$argon2id$v=19$m=19456,t=2,p=1$salt$tag`. */
export function createPasswords(memoryKib: number): Passwords {
  const inTurn = createGate(AT_ONCE);
  const run = (password: string, nonce: Buffer, memory: number, passes: number) =>
    inTurn(() =>
      derive('argon2id', { message: password, nonce, memory, passes, parallelism: 1, tagLength: TAG_BYTES }),
    );

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

/** Lets so many tasks run at once; the others wait in the order in which they came. */
function createGate(width: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running < width) running++;
    // Whoever is let in takes the place of the one that leaves.
    else await new Promise<void>((resolve) => void waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
