/** Taking photos: chosen, made smaller, stamped, and kept on the phone. Apart from the outbox, so that only the pages that take photos carry it. */
import Taro from '@tarojs/taro';
import { type FileEntity, type FileKind, files } from '#shared/files/contract.ts';
import { toInstant, wallClock } from '#shared/values/time.ts';
import { pickFiles } from './browser-files';
import { ApiError } from './call';
import { fitted, JPEG_QUALITY, type Size, stamp } from './core/picture';
import type { FileSource } from './file-exchange';
import { type KeptPhoto, keptPhotos } from './kept-photos';
import { type Submitted, submit } from './outbox';

export type { KeptPhoto } from './core/photo-store';

const isH5 = process.env.TARO_ENV === 'h5';

export interface PhotoRequest {
  /** At most so many at once. */
  readonly count: number;
  /** The camera only: what proves that somebody is there. */
  readonly camera?: boolean;
  /** Under the time on the picture: the number of the ticket. */
  readonly stamp: readonly string[];
}

export interface TakenPhotos {
  /** Kept on the phone: put them into the form's draft. */
  readonly photos: readonly KeptPhoto[];
  /** In words, why there are not more of them; null when nothing is wrong, also when somebody changed their mind. */
  readonly problem: string | null;
}

interface Picture {
  readonly source: FileSource;
  /** Milliseconds since the epoch. */
  readonly takenAt: number;
}

class PictureRefused extends Error {
  override readonly name = 'PictureRefused';
}

const BROKEN = '这张图片打不开，请换一张（JPG、PNG）';
const NOT_ALLOWED =
  '没有使用相机或相册的权限。请点右上角“…”→“设置”允许后再试；如果没有同意过隐私指引，请先同意';

const messageOf = (error: unknown) =>
  error instanceof ApiError || error instanceof PictureRefused ? error.message : BROKEN;

/** Takes or chooses photos. A long side of at most 1600 pixels, the time and `stamp` at the bottom left. Never throws. */
export async function takePhotos({
  count,
  camera = false,
  stamp: lines,
}: PhotoRequest): Promise<TakenPhotos> {
  const photos: KeptPhoto[] = [];
  try {
    const pictures = await (isH5 ? pickInBrowser(count, camera) : pickInWechat(count, camera));
    for (const { source, takenAt } of pictures.slice(0, count)) {
      const { date, time } = wallClock(toInstant(takenAt));
      const stamped = [`${date} ${time}`, ...lines];
      const printed = await (isH5 ? printInBrowser(source, stamped) : printInWechat(source, stamped));
      photos.push(await keptPhotos.keep(printed, takenAt));
    }
  } catch (error) {
    return { photos, problem: messageOf(error) };
  }
  return { photos, problem: null };
}

/** Removes a photo that nobody wants to send. */
export const forgetPhoto = ({ ref }: KeptPhoto): Promise<void> => keptPhotos.release(ref);

/** Under which number the server will know it: later steps may name it before it has arrived. */
export const fileIdOf = ({ ref }: KeptPhoto): string => ref;

/**
 * Queues a photo for a record. The same photo twice counts once.
 * @throws ApiError when the server refuses it
 */
export const submitPhoto = (
  photo: KeptPhoto,
  to: { entity: FileEntity; entityId: string; kind: Exclude<FileKind, 'report'>; label: string },
): Promise<Submitted<unknown>> =>
  submit(
    files.upload,
    {
      query: {
        id: fileIdOf(photo),
        entity: to.entity,
        entityId: to.entityId,
        kind: to.kind,
        name: photo.name,
        takenAt: photo.takenAt,
      },
    },
    { label: to.label, recordId: to.entityId, idempotencyKey: photo.ref, file: photo },
  );

async function pickInBrowser(count: number, camera: boolean): Promise<Picture[]> {
  const now = Date.now();
  const chosen = await pickFiles({ accept: 'image/*', several: count > 1 && !camera, camera });
  return chosen.map((file) => ({ source: file, takenAt: Math.min(now, file.lastModified || now) }));
}

/** 112: the privacy agreement does not declare the interface; 103, 104: it was refused (WeChat’s general errno table). */
const PRIVACY_ERRNOS = [103, 104, 112];

async function pickInWechat(count: number, camera: boolean): Promise<Picture[]> {
  try {
    const { tempFiles } = await new Promise<Taro.chooseMedia.SuccessCallbackResult>((success, fail) => {
      // Taro makes no promise of this one.
      void Taro.chooseMedia({
        count: camera ? 1 : count,
        mediaType: ['image'],
        sourceType: camera ? ['camera'] : ['camera', 'album'],
        // Upright: WeChat's canvas does not turn a picture by its EXIF.
        sizeType: ['compressed'],
        camera: 'back',
        success,
        fail,
      });
    });
    return tempFiles.map(({ tempFilePath }) => ({ source: tempFilePath, takenAt: Date.now() }));
  } catch (error) {
    const { errMsg = '', errno = 0 } = (error ?? {}) as { errMsg?: string; errno?: number };
    if (PRIVACY_ERRNOS.includes(errno) || /privacy|auth|permission/i.test(errMsg))
      throw new PictureRefused(NOT_ALLOWED);
    if (/cancel/i.test(errMsg)) return [];
    throw new PictureRefused('相机打不开，请稍后再试');
  }
}

/** An `img` turns the picture upright by its EXIF on every browser; createImageBitmap does not on older ones. */
async function loaded(content: Blob): Promise<HTMLImageElement> {
  const image = new Image();
  const address = URL.createObjectURL(content);
  try {
    image.src = address;
    await image.decode();
    return image;
  } catch {
    throw new PictureRefused(BROKEN);
  } finally {
    URL.revokeObjectURL(address);
  }
}

async function printInBrowser(source: FileSource, lines: readonly string[]): Promise<FileSource> {
  const image = await loaded(source as Blob);
  const canvas = document.createElement('canvas');
  Object.assign(canvas, fitted({ width: image.naturalWidth, height: image.naturalHeight }));
  const pen = canvas.getContext('2d');
  if (!pen) throw new PictureRefused(BROKEN);
  // JPEG knows no transparency; without this it turns black.
  pen.fillStyle = '#ffffff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  stamp(pen, canvas, lines);
  const printed = await new Promise<Blob | null>((resolve) =>
    canvas.toBlob(resolve, 'image/jpeg', JPEG_QUALITY),
  );
  if (!printed) throw new PictureRefused(BROKEN);
  return printed;
}

/** What WeChat's canvases can do, as far as it is used here. */
interface WechatCanvas {
  width: number;
  height: number;
  createImage(): HTMLImageElement;
  getContext(kind: '2d'): CanvasRenderingContext2D;
}

async function printInWechat(source: FileSource, lines: readonly string[]): Promise<FileSource> {
  const path = source as string;
  try {
    const canvas = Taro.createOffscreenCanvas({ type: '2d', width: 1, height: 1 }) as unknown as WechatCanvas;
    const image = canvas.createImage();
    const size = await new Promise<Size>((resolve, reject) => {
      image.onload = () => resolve(image);
      image.onerror = reject;
      image.src = path;
    });
    Object.assign(canvas, fitted(size));
    const pen = canvas.getContext('2d');
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    stamp(pen, canvas, lines);
    const { tempFilePath } = await Taro.canvasToTempFilePath({
      canvas: canvas as never,
      fileType: 'jpg',
      quality: JPEG_QUALITY,
    });
    return tempFilePath;
  } catch {
    // A phone without such a canvas (before 2.16.1) sends it without the stamp: time and ticket go along anyway.
    return (await Taro.compressImage({ src: path, quality: JPEG_QUALITY * 100, compressedWidth: 1600 }))
      .tempFilePath;
  }
}
