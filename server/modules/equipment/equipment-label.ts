import { labelAddress } from '#shared/equipment/label.ts';
import type { Context } from '../../kernel/context.ts';
import { renderPdf } from '../../kernel/pdf.ts';
import type { FileAnswer } from '../../kernel/route.ts';
import { getEquipment } from './equipment.queries.ts';

const mm = (millimetres: number): number => (millimetres * 72) / 25.4;
/** What commonly comes off a label printer. */
const SIZE = { width: mm(60), height: mm(40) };
const MARGIN = mm(3);
const QR_SIDE = mm(26);
/** Of so many characters two lines of the label are full. */
const MAX_NAME = 22;
const MAX_PLACE = 26;

const shortened = (text: string, length: number): string => {
  const characters = Array.from(text);
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text;
};

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
          { width: QR_SIDE, qr: labelAddress(publicUrl, code), fit: QR_SIDE, eccLevel: 'M' },
          {
            width: '*',
            margin: [mm(2), 0, 0, 0],
            fontSize: 7,
            stack: [
              { text: '序列号', color: '#555' },
              { text: serialNo, bold: true },
              { text: '编号', color: '#555', margin: [0, mm(0.8), 0, 0] },
              { text: no, bold: true },
              { text: shortened(customer.customerName, MAX_PLACE), margin: [0, mm(0.8), 0, 0] },
              { text: '扫码报修', bold: true, margin: [0, mm(0.8), 0, 0] },
            ],
          },
        ],
      },
    ],
  });
  return { content, name: `设备标签 ${no}.pdf` };
}
