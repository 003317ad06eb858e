import { describe, expect, test } from 'vitest';
import { signature } from '#shared/service-tickets/signature.ts';
import { blankSignature, penDown, penMove, pointOn, scaleOf, withoutLast } from './signature-strokes.ts';

const BOX = { width: 350, height: 200 };
const written = (points: readonly (readonly [number, number])[], box = BOX) => {
  let paper = blankSignature(box);
  points.forEach(([x, y], i) => {
    const point = pointOn(paper, box, x, y);
    paper = i === 0 ? penDown(paper, point) : penMove(paper, point);
  });
  return paper;
};

describe('a signature', () => {
  test('is what the contract takes, in whole units on paper of the proportions of the box', () => {
    const paper = written([
      [10.4, 20.6],
      [80.2, 90.9],
      [349.9, 199.9],
    ]);
    expect(signature.parse(paper)).toEqual(paper);
    expect(paper).toMatchObject({ width: 1000, height: 571 });
    expect(paper.strokes).toHaveLength(1);
  });

  test('keeps a dot', () => {
    const paper = written([[100, 100]]);
    expect(signature.safeParse(paper).success).toBe(true);
  });

  test('stays on the paper when the finger leaves it', () => {
    const paper = written([
      [5, 5],
      [-40, 900],
    ]);
    expect(paper.strokes[0]?.slice(-2)).toEqual([0, paper.height]);
    expect(signature.safeParse(paper).success).toBe(true);
  });

  test('is not made longer by a finger that rests', () => {
    const resting = written(Array.from({ length: 50 }, () => [60, 60] as const));
    expect(resting.strokes[0]).toHaveLength(4);
  });

  test('that never lifts the pen, or lifts it all the time, stays within the contract', () => {
    const long = written(Array.from({ length: 3_000 }, (_, i) => [(i * 37) % 350, (i * 53) % 200] as const));
    expect(long.strokes.length).toBeGreaterThan(1);
    expect(signature.safeParse(long).success).toBe(true);
    let dots = blankSignature(BOX);
    for (let i = 0; i < 300; i++) dots = penDown(dots, pointOn(dots, BOX, i, i / 2));
    expect(signature.safeParse(dots).success).toBe(true);
  });

  test('goes on where it was after the phone was turned', () => {
    const paper = written([
      [10, 10],
      [50, 50],
    ]);
    const turned = { width: 700, height: 300 };
    const point = pointOn(paper, turned, 100, 100);
    const scale = scaleOf(paper, turned);
    expect(point).toEqual([Math.round(100 / scale), Math.round(100 / scale)]);
  });

  test('gives back its last stroke, and is nothing without any', () => {
    const one = written([[10, 10]]);
    const two = penDown(one, [500, 200]);
    expect(withoutLast(two)).toEqual(one);
    expect(withoutLast(one)).toBeNull();
  });
});
