/** A signature while it is written: what the finger does on a box of any size becomes strokes in whole units. Pure. */
import type { Signature } from '#shared/service-tickets/signature.ts';

/** A box on the screen, in CSS pixels. */
export interface Box {
  readonly width: number;
  readonly height: number;
}

/** The units across the paper: finer than any phone shows, far from the limits of the contract. */
const UNITS = 1_000;
const LONGEST_STROKE = 2_000;
const MOST_STROKES = 200;
/** The finger trembles by less. */
const SHORTEST_MOVE = 3;

/** An empty paper in the proportions of the box. */
export function blankSignature({ width, height }: Box): Signature {
  const tall = Math.round((UNITS * height) / Math.max(1, width));
  return { width: UNITS, height: Math.min(4 * UNITS, Math.max(50, tall)), strokes: [] };
}

/** How large a unit is in a box that may have been turned since: the whole paper stays in sight. */
export const scaleOf = (paper: Pick<Signature, 'width' | 'height'>, box: Box): number =>
  Math.min(box.width / paper.width, box.height / paper.height);

const clamp = (value: number, most: number) => Math.min(most, Math.max(0, Math.round(value)));

/** Where a point of the box is on the paper. */
export function pointOn(paper: Signature, box: Box, x: number, y: number): readonly [number, number] {
  const scale = scaleOf(paper, box);
  return [clamp(x / scale, paper.width), clamp(y / scale, paper.height)];
}

/** The pen comes down. A dot is a stroke too. */
export function penDown(paper: Signature, [x, y]: readonly [number, number]): Signature {
  if (paper.strokes.length >= MOST_STROKES) return paper;
  return { ...paper, strokes: [...paper.strokes, [x, y, x, y]] };
}

/** The pen moves. A stroke that becomes too long goes on as another one. */
export function penMove(paper: Signature, [x, y]: readonly [number, number]): Signature {
  const last = paper.strokes[paper.strokes.length - 1];
  if (!last) return paper;
  const [fromX = 0, fromY = 0] = last.slice(-2);
  if (Math.abs(x - fromX) + Math.abs(y - fromY) < SHORTEST_MOVE) return paper;
  if (last.length + 2 > LONGEST_STROKE) {
    if (paper.strokes.length >= MOST_STROKES) return paper;
    return { ...paper, strokes: [...paper.strokes, [fromX, fromY, x, y]] };
  }
  return { ...paper, strokes: [...paper.strokes.slice(0, -1), [...last, x, y]] };
}

/** Without the last stroke; null without any. */
export function withoutLast(paper: Signature): Signature | null {
  const strokes = paper.strokes.slice(0, -1);
  return strokes.length === 0 ? null : { ...paper, strokes };
}
