import { describe, expect, it } from 'vitest';
import { renderPdf } from './pdf.ts';
import { type Coverage, printable, withPrintableText } from './pdf-text.ts';

const chineseAndAscii: Coverage = (codePoint) =>
  (codePoint >= 0x20 && codePoint < 0x7f) || (codePoint >= 0x4e00 && codePoint < 0xa000);

describe('text in a document', () => {
  it.each([
    ['客控主机 RCU-8', '客控主机 RCU-8'],
    ['已修好😀', '已修好□'],
    ['一家👨‍👩‍👧来电', '一家□来电'],
    ['生僻字𠮷', '生僻字□'],
    ['一\r\n二\r三\t四\u0007', '一\n二\n三 四 '],
    ['好\u200b的\ufe0f', '好的'],
  ])('%j is shown as %j by a font with Chinese', (text, shown) => {
    expect(printable(text, chineseAndAscii)).toBe(shown);
  });

  it('is replaced wherever it stands, and nothing else of the definition is touched', () => {
    const row = (text: string) => ({ table: { widths: ['*'], body: [[text, { text, link: text }]] } });
    expect(withPrintableText({ content: ['😀', row('😀')], info: { title: '😀' } }, chineseAndAscii)).toEqual(
      {
        content: ['□', { table: { widths: ['*'], body: [['□', { text: '□', link: '😀' }]] } }],
        info: { title: '😀' },
      },
    );
  });

  it('with characters that no font has is set all the same', async () => {
    const document = await renderPdf({
      content: ['跟进😀ภาษาไทย العربية 𠮷', { text: '粗体😀', bold: true }],
    });
    expect(document.subarray(0, 5).toString()).toBe('%PDF-');
  });
});
