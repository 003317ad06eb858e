import { readFile } from 'node:fs/promises';
import pdfmake from 'pdfmake';
import type { TDocumentDefinitions } from 'pdfmake/interfaces.js';
import { type Coverage, coverageOf, withPrintableText } from './pdf-text.ts';

const FONT = 'Noto Sans SC';
const FILES = {
  normal: '400Regular/NotoSansSC_400Regular.ttf',
  bold: '700Bold/NotoSansSC_700Bold.ttf',
} as const;

/** What the library looks into before it asks the disk; its types leave it out. */
const { virtualfs } = pdfmake as unknown as {
  virtualfs: { writeFileSync(name: string, content: Buffer): void };
};

let prepared: Promise<Coverage> | undefined;

/** The fonts are large: they are read when the first document asks for them, and then kept. Answers what they can show. */
async function prepareFonts(): Promise<Coverage> {
  const covered: Coverage[] = [];
  for (const name of Object.values(FILES)) {
    const font = await readFile(new URL(import.meta.resolve(`@expo-google-fonts/noto-sans-sc/${name}`)));
    virtualfs.writeFileSync(name, font);
    covered.push(coverageOf(font));
  }
  // There is no slanted Chinese.
  pdfmake.setFonts({ [FONT]: { ...FILES, italics: FILES.normal, bolditalics: FILES.bold } });
  // What stands in a document never makes the server fetch or read anything.
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy(() => false);
  return (codePoint) => covered.every((covers) => covers(codePoint));
}

/**
 * Sets a document in the one font that has Chinese; only the characters that it uses are embedded, and `□` stands for what
 * it lacks.
 */
export async function renderPdf({ defaultStyle, ...definition }: TDocumentDefinitions): Promise<Buffer> {
  prepared ??= prepareFonts();
  const covers = await prepared;
  return await pdfmake
    .createPdf({
      ...withPrintableText(definition, covers),
      defaultStyle: { font: FONT, fontSize: 10, ...defaultStyle },
    })
    .getBuffer();
}
