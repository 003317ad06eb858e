import { Worker } from 'node:worker_threads';
import { MAX_IMPORT_COLUMNS, MAX_IMPORT_ROWS, transferErrors } from '#shared/transfers/contract.ts';
import type { Grid, Refusal } from './grid.ts';

const THREAD = new URL('./read-sheet.worker.ts', import.meta.url);
/** What no honest file of this size needs; one that does is ended with its thread, and with nothing else. */
const RESOURCES = { maxOldGenerationSizeMb: 512 };
const READ_MS = 20_000;

const tooLarge = () =>
  transferErrors.IMPORT_FILE_TOO_LARGE({ values: { rows: MAX_IMPORT_ROWS, columns: MAX_IMPORT_COLUMNS } });

const REFUSALS: Readonly<Record<Refusal, () => Error>> = {
  unreadable: () => transferErrors.IMPORT_FILE_UNREADABLE(),
  macros: () => transferErrors.IMPORT_FILE_MACROS(),
  old: () => transferErrors.IMPORT_FILE_OLD(),
  large: tooLarge,
};

/** Those that are read at once, in one process; the others wait. */
const THREADS = 2;
let running = 0;
const waiting: (() => void)[] = [];

/** The first sheet of a file of strangers, read in a thread of its own. Throws why it cannot be read. */
export async function readSheetOf(content: Buffer): Promise<Grid> {
  if (running >= THREADS) await new Promise<void>((resolve) => waiting.push(resolve));
  running++;
  try {
    return await readInThread(content);
  } finally {
    running--;
    waiting.shift()?.();
  }
}

async function readInThread(content: Buffer): Promise<Grid> {
  const thread = new Worker(THREAD, { workerData: new Uint8Array(content), resourceLimits: RESOURCES });
  const read = new Promise<{ grid?: Grid; refusal?: Refusal }>((resolve) => {
    thread.once('message', resolve);
    thread.once('error', () => resolve({ refusal: 'large' }));
    setTimeout(() => resolve({ refusal: 'large' }), READ_MS).unref();
  });
  const { grid, refusal } = await read;
  await thread.terminate();
  if (grid) return grid;
  throw REFUSALS[refusal ?? 'unreadable']();
}
