import { labelAddress } from '#shared/equipment/label.ts';
import type { Context } from '../../kernel/context.ts';
import { renderPdf } from '../../kernel/pdf.ts';
import { qrOf } from '../../kernel/qr.ts';
import type { FileAnswer } from '../../kernel/route.ts';
import { getEquipment } from './equipment.queries.ts';

const mm = (millimetres: number): number => (millimetres * 72) / 25.4;
/** What commonly comes off a label printer. */
const SIZE = { width: mm(60), height: mm(40) };
const MARGIN = mm(3);
const QR_SIDE = mm(24);
/** So many characters fill a line at the top, and two lines beside the QR. */
const MAX_NAME = 16;
const MAX_PLACE = 22;
/** A serial number has no place to break at. */
const SERIAL_LINE = 16;

const shortened = (text: string, length: number): string => {
  const characters = Array.from(text);
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text;
};
const inLines = (text: string, length: number): string =>
  (text.match(new RegExp(`.{1,${length}}`, 'gu')) ?? []).join('\n');

/** The label to stick on a unit: whoever scans it gets to the unit. */
export async function equipmentLabel(context: Context, publicUrl: string, id: string): Promise<FileAnswer> {
  const { equipmentName, serialNo, no, code, customer } = await getEquipment(context, id);
  const content = await renderPdf({
    pageSize: SIZE,
    pageMargins: MARGIN,
    info: { title: `设备标签 ${no}` },
    content: [
      { text: shortened(equipmentName, MAX_NAME), bold: true, fontSize: 9 },
      {
        margin: [0, mm(1), 0, 0],
        columns: [
          { width: QR_SIDE, stack: [qrOf(labelAddress(publicUrl, code), QR_SIDE)] },
          {
            width: '*',
            margin: [mm(2), 0, 0, 0],
            fontSize: 6,
            stack: [
              { text: '序列号', color: '#555' },
              { text: inLines(serialNo, SERIAL_LINE), bold: true },
              { text: no, bold: true },
              { text: shortened(customer.customerName, MAX_PLACE) },
              { text: '扫码看记录、报修', color: '#555' },
            ],
          },
        ],
      },
    ],
  });
  return { content, name: `设备标签 ${no}.pdf` };
}
