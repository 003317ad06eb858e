/** The edge to Taro for files: choosing one, fetching one. Apart from platform.ts, so that only the pages that use it carry it. */
import Taro from '@tarojs/taro';
import { pickFiles } from './browser-files';
import { type Transport, type TransportAnswer, TransportFailure, type TransportRequest } from './core/call';
import {
  exchangeInBrowser,
  FILE_TIMEOUT_MS,
  type FileSource,
  follow,
  freshPath,
  type OnProgress,
  plainName,
} from './file-exchange';
import { failureKindOf } from './platform';

const isH5 = process.env.TARO_ENV === 'h5';

/** A file that somebody chose, still on the device. */
export interface ChosenFile {
  readonly name: string;
  readonly size: number;
  readonly source: FileSource;
}

export class FileAccessRefused extends Error {
  override readonly name = 'FileAccessRefused';
}

/**
 * Lets somebody choose a file: from the disk of a browser, from a chat in WeChat.
 * @param types endings such as `.xlsx`
 * @returns null when they changed their mind
 */
export function chooseFile(types: readonly string[]): Promise<ChosenFile | null> {
  return isH5 ? chooseInBrowser(types) : chooseInWechat(types);
}

async function chooseInBrowser(types: readonly string[]): Promise<ChosenFile | null> {
  const [file] = await pickFiles({ accept: types.join(',') });
  return file ? { name: file.name, size: file.size, source: file } : null;
}

async function chooseInWechat(types: readonly string[]): Promise<ChosenFile | null> {
  try {
    const extension = types.map((type) => type.replace('.', ''));
    const { tempFiles } = await Taro.chooseMessageFile({ count: 1, type: 'file', extension });
    const file = tempFiles[0];
    return file ? { name: file.name, size: file.size, source: file.path } : null;
  } catch (error) {
    if (String((error as { errMsg?: string } | null)?.errMsg).includes('cancel')) return null;
    throw new FileAccessRefused();
  }
}

/** A file that was fetched: how to show it to the person. */
export type Fetched = () => Promise<void>;

/**
 * Fetches a file. What is no file is answered as text, for the errors in it.
 * @param keep hears of the file before the answer does
 */
export const fetchingFile =
  (name: string, keep: (fetched: Fetched) => void, onProgress: OnProgress): Transport =>
  (request) =>
    isH5 ? fetchInBrowser(request, name, keep, onProgress) : fetchInWechat(request, name, keep, onProgress);

/** The file itself goes another way. */
const ARRIVED: TransportAnswer = { status: 200, text: '{"success":true,"data":null}' };

async function fetchInBrowser(
  request: TransportRequest,
  name: string,
  keep: (fetched: Fetched) => void,
  onProgress: OnProgress,
): Promise<TransportAnswer> {
  const { status, text, content } = await exchangeInBrowser(request, null, 'blob', onProgress);
  if (content === null) return { status, text };
  keep(async () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(content);
    link.download = plainName(name);
    link.click();
    // The browser still reads from it.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  });
  return ARRIVED;
}

function fetchInWechat(
  { url, header, signal }: TransportRequest,
  name: string,
  keep: (fetched: Fetched) => void,
  onProgress: OnProgress,
): Promise<TransportAnswer> {
  return new Promise((resolve, reject) => {
    const filePath = freshPath(name);
    const task = Taro.downloadFile({
      url,
      header,
      filePath,
      timeout: FILE_TIMEOUT_MS,
      success: ({ statusCode }) => {
        if (statusCode >= 200 && statusCode < 300) {
          keep(async () => {
            const fileType = name.endsWith('.pdf') ? 'pdf' : 'xlsx';
            await Taro.openDocument({ filePath, fileType, showMenu: true });
          });
          return resolve(ARRIVED);
        }
        Taro.getFileSystemManager().readFile({
          filePath,
          encoding: 'utf8',
          success: ({ data }) => resolve({ status: statusCode, text: String(data) }),
          fail: () => resolve({ status: statusCode, text: '' }),
        });
      },
      fail: (error: unknown) => reject(new TransportFailure(failureKindOf(error))),
    });
    Promise.resolve(task).catch(() => {});
    follow(task, onProgress, signal);
  });
}
