import { parentPort, workerData } from 'node:worker_threads';
import { SheetRefused } from './grid.ts';
import { readCsv } from './read-csv.ts';
import { readWorkbook } from './read-workbook.ts';

const bytes = Buffer.from(workerData as Uint8Array);
const OLE = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);
const ZIP = Buffer.from('PK');

async function read() {
  if (bytes.subarray(0, 4).equals(OLE)) throw new SheetRefused('old');
  return bytes.subarray(0, 2).equals(ZIP) ? await readWorkbook(bytes) : readCsv(bytes);
}

read().then(
  (grid) => parentPort?.postMessage({ grid }),
  (error: unknown) =>
    parentPort?.postMessage({ refusal: error instanceof SheetRefused ? error.refusal : 'unreadable' }),
);
