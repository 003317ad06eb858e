import { describe, expect, test } from 'vitest';
import { fitted, type Pen, stamp } from './picture';

describe('a picture that is sent', () => {
  test.each([
    [4000, 3000, 1600, 1200],
    [3000, 4000, 1200, 1600],
    [800, 600, 800, 600],
    [10_000, 2, 1600, 1],
  ])('of %i × %i is %i × %i', (width, height, ...expected) => {
    const size = fitted({ width, height });
    expect([size.width, size.height]).toEqual(expected);
  });
});

/** A pen whose letters are all as wide as they are tall. */
function pen() {
  const boxes: number[][] = [];
  const texts: { text: string; letter: number; x: number; y: number }[] = [];
  const drawn = {
    font: '',
    fillStyle: '',
    textBaseline: 'alphabetic',
    measureText: (text: string) => ({ width: text.length * Number.parseInt(drawn.font, 10) }),
    fillRect: (...box: number[]) => void boxes.push(box),
    fillText: (text: string, x: number, y: number) =>
      void texts.push({ text, letter: Number.parseInt(drawn.font, 10), x, y }),
  };
  return { pen: drawn as unknown as Pen, boxes, texts };
}

describe('the stamp', () => {
  const lines = ['2026-11-20 14:03', 'GD2026-0001'];

  test.each([
    ['landscape', 1600, 1200, 40],
    ['portrait', 1200, 1600, 40],
    ['small', 300, 200, 12],
  ])(
    'of a %s picture stands inside of it at the bottom left and grows with it',
    (_kind, width, height, letter) => {
      const drawn = pen();
      stamp(drawn.pen, { width, height }, lines);
      expect(drawn.texts.map(({ text }) => text)).toEqual(lines);
      expect(drawn.texts[0]?.letter).toBe(letter);
      const [[x, y, boxWidth, boxHeight] = []] = drawn.boxes;
      expect([x, (y ?? 0) + (boxHeight ?? 0)]).toEqual([0, height]);
      expect(boxWidth).toBeLessThanOrEqual(width);
      for (const text of drawn.texts) expect(text.y).toBeGreaterThan(y ?? 0);
    },
  );

  test('with a long line gets smaller letters instead of running out of the picture', () => {
    const drawn = pen();
    stamp(drawn.pen, { width: 600, height: 600 }, ['名'.repeat(60)]);
    const [text] = drawn.texts;
    expect((text?.letter ?? 0) * 60).toBeLessThanOrEqual(600);
  });

  test('without lines leaves the picture alone', () => {
    const drawn = pen();
    stamp(drawn.pen, { width: 600, height: 600 }, []);
    expect(drawn.boxes).toEqual([]);
  });
});
