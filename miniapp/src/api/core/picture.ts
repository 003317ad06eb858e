/** In pixels. Server and report need no more. */
const LONG_SIDE = 1600;
export const JPEG_QUALITY = 0.8;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** As large as it is sent: never larger than it is. */
export function fitted({ width, height }: Size): Size {
  const scale = Math.min(1, LONG_SIDE / Math.max(width, height, 1));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** What a canvas needs to be able to do; WeChat's and a browser's can. */
export type Pen = Pick<
  CanvasRenderingContext2D,
  'font' | 'fillStyle' | 'textBaseline' | 'fillRect' | 'fillText'
> & { measureText(text: string): { readonly width: number } };

/** Letters as tall as a thirtieth of the short side read well on a phone and on the printed report. */
const LETTER_PART = 1 / 30;
const SMALLEST_LETTER = 12;
const fontOf = (letter: number) => `${letter}px sans-serif`;

/** Writes lines at the bottom left, white on translucent black, as large as the picture asks for. */
export function stamp(pen: Pen, { width, height }: Size, lines: readonly string[]): void {
  if (lines.length === 0) return;
  let letter = Math.max(SMALLEST_LETTER, Math.round(Math.min(width, height) * LETTER_PART));
  pen.font = fontOf(letter);
  const widestOf = () => Math.max(...lines.map((line) => pen.measureText(line).width));
  const room = width - 2 * letter;
  if (widestOf() > room) {
    letter = Math.max(1, Math.floor((letter * room) / widestOf()));
    pen.font = fontOf(letter);
  }
  const gap = letter * 0.5;
  const lineHeight = letter * 1.4;
  const boxHeight = lines.length * lineHeight + gap;
  const top = height - boxHeight;
  pen.fillStyle = 'rgba(0, 0, 0, 0.55)';
  pen.fillRect(0, top, Math.min(width, widestOf() + 2 * letter), boxHeight);
  pen.fillStyle = '#ffffff';
  pen.textBaseline = 'middle';
  for (const [i, line] of lines.entries()) pen.fillText(line, letter, top + gap / 2 + lineHeight * (i + 0.5));
}
