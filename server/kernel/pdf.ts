import { readFile } from 'node:fs/promises';
import pdfmake from 'pdfmake';
import type { TDocumentDefinitions } from 'pdfmake/interfaces.js';

const FONT = 'Noto Sans SC';
const FILES = {
  normal: '400Regular/NotoSansSC_400Regular.ttf',
  bold: '700Bold/NotoSansSC_700Bold.ttf',
} as const;

/** What the library looks into before it asks the disk; its types leave it out. */
const { virtualfs } = pdfmake as unknown as {
  virtualfs: { writeFileSync(name: string, content: Buffer): void };
};

let prepared: Promise<void> | undefined;

/** The fonts are large: they are read when the first document asks for them, and then kept. */
async function prepareFonts(): Promise<void> {
  for (const name of Object.values(FILES)) {
    const url = new URL(import.meta.resolve(`@expo-google-fonts/noto-sans-sc/${name}`));
    virtualfs.writeFileSync(name, await readFile(url));
  }
  // There is no slanted Chinese.
  pdfmake.setFonts({ [FONT]: { ...FILES, italics: FILES.normal, bolditalics: FILES.bold } });
  // What stands in a document never makes the server fetch or read anything.
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy(() => false);
}

/** Sets a document in the one font that has Chinese; only the characters that it uses are embedded. */
export async function renderPdf({ defaultStyle, ...definition }: TDocumentDefinitions): Promise<Buffer> {
  prepared ??= prepareFonts();
  await prepared;
  return await pdfmake
    .createPdf({ ...definition, defaultStyle: { font: FONT, fontSize: 10, ...defaultStyle } })
    .getBuffer();
}
