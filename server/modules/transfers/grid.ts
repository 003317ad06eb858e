/** What a file holds, as text: the rows that are there, counted as a spreadsheet counts them. */
export type Grid = readonly GridRow[];

export interface GridRow {
  readonly row: number;
  readonly cells: readonly string[];
}

export type Refusal = 'unreadable' | 'macros' | 'old' | 'large';

/** A file that is not read, and why. */
export class SheetRefused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal);
    this.refusal = refusal;
  }
}
