import { MAX_IMPORT_COLUMNS, MAX_IMPORT_ROWS, transferErrors } from '#shared/transfers/contract.ts';
import type { SentFile } from '../../kernel/route.ts';
import { proposeMapping } from './columns.ts';
import type { Grid, GridRow } from './grid.ts';
import { readSheetOf } from './read-sheet.ts';
import { type AnyTransfer, fieldsOf } from './transfer.ts';

/** A file that was read, with what its columns seem to be. */
export interface ReceivedFile {
  readonly name: string;
  readonly headings: readonly string[];
  readonly mapping: readonly (string | null)[];
  readonly rows: readonly GridRow[];
}

/** What stands in the hint row of a template, which is no data. */
export const HINT = '填写说明：';
/** Of the workbook that a person corrects. */
export const REASON_HEADING = '错误原因';
/** Above the headings there may be a title. */
const HEADINGS_WITHIN = 10;

const clean = (text: string): string => text.toWellFormed().replaceAll('\0', '').trim();
const isEmpty = ({ cells }: GridRow): boolean => cells.every((cell) => cell === '');

/** Reads a file of strangers. Throws, in words for them, what is wrong with it. */
export const receiveFor =
  (transfer: AnyTransfer) =>
  async ({ name, content }: SentFile): Promise<ReceivedFile> => {
    const read = await readSheetOf(content);
    const grid: Grid = read
      .map(({ row, cells }) => ({ row, cells: cells.map(clean) }))
      .filter((each) => !isEmpty(each));
    const fields = fieldsOf(transfer);
    const known = ({ cells }: GridRow) =>
      proposeMapping(fields, cells).filter((field) => field !== null).length;
    const top = grid.slice(0, HEADINGS_WITHIN);
    const most = Math.max(0, ...top.map(known));
    const heading = top.findIndex((each) => known(each) === most);
    const rows = grid.slice(heading + 1).filter(({ cells }) => !cells.some((cell) => cell.startsWith(HINT)));
    if (rows.length === 0) throw transferErrors.IMPORT_FILE_EMPTY();
    const width = Math.max(
      ...[grid[heading] as GridRow, ...rows].map(
        ({ cells }) => cells.findLastIndex((cell) => cell !== '') + 1,
      ),
    );
    if (rows.length > MAX_IMPORT_ROWS || width > MAX_IMPORT_COLUMNS) {
      const values = { rows: MAX_IMPORT_ROWS, columns: MAX_IMPORT_COLUMNS };
      throw transferErrors.IMPORT_FILE_TOO_LARGE({ values });
    }
    const headings = namesOf((grid[heading] as GridRow).cells, width);
    return {
      name: clean(name) || '未命名',
      headings,
      mapping: proposeMapping(fields, headings),
      rows: rows.map(({ row, cells }) => ({
        row,
        cells: Array.from({ length: width }, (_, i) => cells[i] ?? ''),
      })),
    };
  };

/** Each column gets a name of its own. */
function namesOf(cells: readonly string[], width: number): string[] {
  const times = new Map<string, number>();
  return Array.from({ length: width }, (_, i) => {
    const name = (cells[i] ?? '').replace(/\s+/g, ' ').slice(0, 100) || `第${i + 1}列`;
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    return time === 1 ? name : `${name} (${time})`;
  });
}
