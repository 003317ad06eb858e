import { MAX_IMPORT_COLUMNS, MAX_IMPORT_ROWS } from '#shared/transfers/contract.ts';
import { type Grid, type GridRow, SheetRefused } from './grid.ts';

const DELIMITERS = [',', '\t', ';'] as const;

/** Text in any encoding that a spreadsheet in China saves: UTF-8 with and without its mark, UTF-16, GBK. */
function decode(bytes: Buffer): string {
  const attempt = (encoding: string) => {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      return null;
    }
  };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return attempt('utf-16le') ?? '';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return attempt('utf-16be') ?? '';
  const text = attempt('utf-8') ?? attempt('gb18030');
  if (text === null) throw new SheetRefused('unreadable');
  return text;
}

/** The rows of a CSV file; quoted cells may hold anything. */
export function readCsv(bytes: Buffer): Grid {
  const text = decode(bytes);
  if (text.includes('\0') || /^\s*[<{[%]/.test(text)) throw new SheetRefused('unreadable');
  const firstLine = text.slice(0, text.search(/[\r\n]|$/));
  const parts = (delimiter: string) => firstLine.split(delimiter).length;
  const delimiter = DELIMITERS.reduce((best, each) => (parts(each) > parts(best) ? each : best));
  const grid: GridRow[] = [];
  let cells: string[] = [];
  let at = 0;
  let row = 1;
  const endRow = () => {
    if (cells.some((cell) => cell.trim() !== '')) grid.push({ row, cells });
    if (grid.length > MAX_IMPORT_ROWS + 1_000) throw new SheetRefused('large');
    cells = [];
    row++;
  };
  const stop = new RegExp(`[${delimiter}\\r\\n]`, 'g');
  while (at <= text.length) {
    let cell = '';
    if (text[at] === '"') {
      for (at++; at < text.length; ) {
        const quote = text.indexOf('"', at);
        const until = quote < 0 ? text.length : quote;
        cell += text.slice(at, until);
        at = until + 1;
        if (text[at] !== '"') break;
        cell += '"';
        at++;
      }
    }
    stop.lastIndex = at;
    const found = stop.exec(text);
    const until = found ? found.index : text.length;
    cell += text.slice(at, until);
    cells.push(cell);
    if (cells.length > MAX_IMPORT_COLUMNS + 1) throw new SheetRefused('large');
    at = until + 1;
    if (found?.[0] === delimiter) continue;
    if (found?.[0] === '\r' && text[at] === '\n') at++;
    endRow();
    if (!found) break;
  }
  return grid;
}
