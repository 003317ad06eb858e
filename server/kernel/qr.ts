import type { Content } from 'pdfmake/interfaces.js';
import { create } from 'qrcode';

/**
 * A QR of exactly this side, in points, without its quiet zone: leave four modules of white around it. The QR of the
 * document library takes whole points for a module and comes out up to half as large.
 */
export function qrOf(text: string, side: number): Content {
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules;
  const module = side / size;
  const dark = (row: number, column: number) => column < size && data[row * size + column] === 1;
  const runs: { type: 'rect'; x: number; y: number; w: number; h: number; color: string }[] = [];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      if (!dark(row, column)) continue;
      const start = column;
      while (dark(row, column)) column++;
      const [x, y, w] = [start * module, row * module, (column - start) * module];
      runs.push({ type: 'rect', x, y, w, h: module, color: '#000' });
    }
  }
  return { canvas: runs };
}
