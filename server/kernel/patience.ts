import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance } from 'fastify';

/**
 * Rings after so many milliseconds, but first lets the process read what has come meanwhile: one that was busy with itself
 * must not take its own delay for that of others. Answers how to call it off.
 */
export function alarm(ms: number, ring: () => void): () => void {
  let reading: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    reading = setImmediate(ring);
  }, ms);
  return () => {
    clearTimeout(timer);
    clearImmediate(reading);
  };
}

/** Nobody came in time. Its code makes it UNAVAILABLE. */
export class OutOfPatience extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('The database did not answer in time');
  }
}

const current = new AsyncLocalStorage<Patience>();

/**
 * How long somebody waits for the database in all: for connections, for locks, for answers. Waits at the same time count
 * once; what else takes its time, like a file that is still being sent, does not count.
 */
export class Patience {
  #ms: number;
  #waits = 0;
  #since = 0;

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Of whoever runs this; without one, nobody counts. */
  static get current(): Patience | undefined {
    return current.getStore();
  }

  /** Everything that is asked of the database within waits with this patience. */
  run<T>(work: () => T): T {
    return current.run(this, work);
  }

  #left(): number {
    return this.#ms - (this.#waits > 0 ? performance.now() - this.#since : 0);
  }

  /**
   * Waits for an answer, `atLeast` so many milliseconds. When none has come in time, calls `giveUp` and throws
   * OutOfPatience; whatever comes then is ignored. Does not even ask when nothing is left.
   */
  async wait<T>(ask: () => Promise<T>, giveUp: () => void, atLeast = 0): Promise<T> {
    const ms = Math.max(this.#left(), atLeast);
    if (ms <= 0) throw new OutOfPatience();
    if (this.#waits++ === 0) this.#since = performance.now();
    const { promise: inVain, reject } = Promise.withResolvers<never>();
    const callOff = alarm(ms, () => {
      // A timer may ring a moment early, and that moment would be left.
      this.#ms = 0;
      giveUp();
      reject(new OutOfPatience());
    });
    try {
      return await Promise.race([ask(), inVain]);
    } finally {
      callOff();
      if (--this.#waits === 0) this.#ms -= performance.now() - this.#since;
    }
  }
}

/** Waits for an answer that several share, and somebody else may have asked for, like for one of one's own. */
export async function waitFor<T>(shared: Promise<T>): Promise<T> {
  // Even if nobody has the patience left to hear how it fails.
  shared.catch(() => undefined);
  const { current: patience } = Patience;
  if (!patience) return shared;
  return patience.wait(
    () => shared,
    () => undefined,
  );
}

/** Leaves time to answer: whoever asks hears within five seconds that the database is busy or gone. */
const REQUEST_PATIENCE_MS = 4_000;

/** Gives each request its patience: until it is known who sends it, and what, no more than any other. */
export function givePatience(app: FastifyInstance): void {
  app.decorateRequest('patience');
  app.addHook('onRequest', (request, _reply, done) => {
    request.patience = new Patience(REQUEST_PATIENCE_MS);
    request.patience.run(done);
  });
  // The end of a body comes from its connection, which knows of no request.
  app.addHook('preValidation', (request, _reply, done) => {
    const { patience } = request.routeOptions.config;
    if (patience) request.patience = new Patience(patience * 1000);
    request.patience.run(done);
  });
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** In seconds; see `endpoint`. */
    patience?: number;
  }
  interface FastifyRequest {
    patience: Patience;
  }
}
