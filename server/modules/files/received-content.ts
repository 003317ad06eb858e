import sharp from 'sharp';
import { fileErrors } from '#shared/files/contract.ts';

/** What is stored of a file that came. */
export interface Content {
  readonly mimeType: 'image/jpeg' | 'image/png' | 'application/pdf';
  readonly content: Buffer;
  /** Of a picture. */
  readonly picture: { readonly width: number; readonly height: number; readonly thumbnail: Buffer } | null;
}

const MAX_SIDE = 2560;
const THUMBNAIL_SIDE = 400;
/** More than the sensor of a telephone has: of what claims more, nothing is decoded. */
const MAX_PIXELS = 50_000_000;
const DECODING_SECONDS = 20;
const PDF_END_WITHIN = 1024;

type Format = 'jpeg' | 'png' | 'webp' | 'pdf';

/** By the first bytes alone: names and declared types are a stranger's words. */
function formatOf(content: Buffer): Format | null {
  const starts = (bytes: string, at = 0) => content.toString('latin1', at, at + bytes.length) === bytes;
  if (starts('\xff\xd8\xff')) return 'jpeg';
  if (starts('\x89PNG\r\n\x1a\n')) return 'png';
  if (starts('RIFF') && starts('WEBP', 8)) return 'webp';
  if (starts('%PDF-')) return 'pdf';
  return null;
}

/**
 * Judges a file by what is in it. A picture is drawn anew, so that of what came with it nothing stays: no position, no
 * second file behind it. Throws FILE_TYPE_REFUSED, FILE_BROKEN or FILE_TOO_LARGE.
 */
export async function readContent(content: Buffer): Promise<Content> {
  const format = formatOf(content);
  if (format === null) throw fileErrors.FILE_TYPE_REFUSED();
  if (format !== 'pdf') return await redraw(content, format);
  const end = content.toString('latin1', Math.max(0, content.length - PDF_END_WITHIN));
  if (!end.includes('%%EOF')) throw fileErrors.FILE_BROKEN();
  return { mimeType: 'application/pdf', content, picture: null };
}

const open = (content: Buffer) =>
  sharp(content, { failOn: 'error', limitInputPixels: MAX_PIXELS }).timeout({ seconds: DECODING_SECONDS });

async function redraw(content: Buffer, format: Format): Promise<Content> {
  try {
    const seen = await open(content).metadata();
    if (seen.format !== format) throw fileErrors.FILE_BROKEN();
    const transparent = format === 'png' && seen.hasAlpha;
    const drawn = open(content)
      .autoOrient()
      .resize({ width: MAX_SIDE, height: MAX_SIDE, fit: 'inside', withoutEnlargement: true });
    const { data, info } = await (transparent
      ? drawn.png()
      : drawn.flatten({ background: '#fff' }).jpeg({ quality: 82, mozjpeg: true })
    ).toBuffer({ resolveWithObject: true });
    const thumbnail = await open(data)
      .resize({ width: THUMBNAIL_SIDE, height: THUMBNAIL_SIDE, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#fff' })
      .jpeg({ quality: 75 })
      .toBuffer();
    return {
      mimeType: transparent ? 'image/png' : 'image/jpeg',
      content: data,
      picture: { width: info.width, height: info.height, thumbnail },
    };
  } catch (error) {
    const { message } = error as Error;
    throw /pixel limit|timeout/.test(message) ? fileErrors.FILE_TOO_LARGE() : fileErrors.FILE_BROKEN();
  }
}
