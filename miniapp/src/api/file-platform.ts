/** The edge to Taro for files: choosing one, sending one, fetching one. Apart from platform.ts, so that only the pages that use it carry it. */
import Taro from '@tarojs/taro';
import { type Transport, type TransportAnswer, TransportFailure, type TransportRequest } from './core/call';
import { failureKindOf } from './platform';

const isH5 = process.env.TARO_ENV === 'h5';

/** Files take their time on a phone's network; nothing for so long means that nothing comes. */
const TIMEOUT_MS = 120_000;

/** A file that somebody chose, still on the device. */
export interface ChosenFile {
  readonly name: string;
  readonly size: number;
  /** What each platform needs to send it. */
  readonly source: File | string;
}

/** From 0 to 1. */
export type OnProgress = (part: number) => void;

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

function chooseInBrowser(types: readonly string[]): Promise<ChosenFile | null> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = types.join(',');
    input.hidden = true;
    const settle = () => {
      const file = input.files?.[0];
      input.remove();
      resolve(file ? { name: file.name, size: file.size, source: file } : null);
    };
    input.addEventListener('change', settle);
    input.addEventListener('cancel', settle);
    // Safari opens nothing for an input that is not on the page.
    document.body.append(input);
    input.click();
  });
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

const plainName = (name: string) => name.replace(/[/\\:*?"<>|]/g, '_').slice(-80);

/** A folder of our own, emptied first: what was opened before holds other people's telephone numbers. */
function freshPath(name: string): string {
  const files = Taro.getFileSystemManager();
  const folder = `${Taro.env.USER_DATA_PATH}/transfer`;
  try {
    files.rmdirSync(folder, true);
  } catch {
    // There was none.
  }
  files.mkdirSync(folder, true);
  return `${folder}/${plainName(name)}`;
}

/** Sends a file as the one part of a form. */
export const sendingFile =
  (file: ChosenFile, field: string, onProgress: OnProgress): Transport =>
  (request) =>
    isH5
      ? exchangeInBrowser(request, formWith(file, field), 'text', onProgress).then(({ status, text }) => ({
          status,
          text,
        }))
      : sendInWechat(request, file, field, onProgress);

function formWith({ source, name }: ChosenFile, field: string): FormData {
  const form = new FormData();
  form.append(field, source as File, name);
  return form;
}

function exchangeInBrowser(
  { url, method, header, signal }: TransportRequest,
  body: FormData | null,
  kind: 'text' | 'blob',
  onProgress: OnProgress,
): Promise<TransportAnswer & { content: Blob | null }> {
  return new Promise((resolve, reject) => {
    const exchange = new XMLHttpRequest();
    const fail = (reason: 'network' | 'timeout' | 'aborted') => () => reject(new TransportFailure(reason));
    exchange.open(method, url);
    for (const [name, value] of Object.entries(header)) exchange.setRequestHeader(name, value);
    exchange.responseType = kind;
    exchange.timeout = TIMEOUT_MS;
    const tell = ({ lengthComputable, loaded, total }: ProgressEvent) => {
      if (lengthComputable && total > 0) onProgress(loaded / total);
    };
    (body ? exchange.upload : exchange).addEventListener('progress', tell);
    exchange.addEventListener('load', () => {
      const { status } = exchange;
      if (kind === 'text') return resolve({ status, text: exchange.responseText, content: null });
      const content = exchange.response as Blob;
      if (status >= 200 && status < 300 && !content.type.includes('json'))
        return resolve({ status, text: '', content });
      content.text().then((text) => resolve({ status, text, content: null }), fail('network'));
    });
    exchange.addEventListener('error', fail('network'));
    exchange.addEventListener('timeout', fail('timeout'));
    exchange.addEventListener('abort', fail('aborted'));
    signal?.addEventListener('abort', () => exchange.abort());
    exchange.send(body);
  });
}

/** What WeChat's task of a transfer is, as far as it is used here. */
interface Task {
  progress(listener: (state: { progress: number }) => void): unknown;
  abort(): void;
}

function follow(task: unknown, onProgress: OnProgress, signal: AbortSignal | undefined): void {
  const { progress, abort } = task as Partial<Task>;
  progress?.call(task, (state) => onProgress(state.progress / 100));
  signal?.addEventListener('abort', () => abort?.call(task));
}

function sendInWechat(
  { url, header, signal }: TransportRequest,
  { name, source }: ChosenFile,
  field: string,
  onProgress: OnProgress,
): Promise<TransportAnswer> {
  return new Promise((resolve, reject) => {
    const files = Taro.getFileSystemManager();
    // WeChat sends a file under the name it lies under, which is a random one.
    let filePath = source as string;
    try {
      const named = freshPath(name);
      files.copyFileSync(filePath, named);
      filePath = named;
    } catch {
      // Full storage: then it is called what WeChat calls it.
    }
    const task = Taro.uploadFile({
      url,
      filePath,
      name: field,
      header,
      timeout: TIMEOUT_MS,
      success: ({ statusCode, data }) => resolve({ status: statusCode, text: data }),
      fail: (error: unknown) => reject(new TransportFailure(failureKindOf(error))),
    });
    // Both a callback and a promise report the failure; this one has been heard.
    Promise.resolve(task).catch(() => {});
    follow(task, onProgress, signal);
  });
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
      timeout: TIMEOUT_MS,
      success: ({ statusCode }) => {
        if (statusCode >= 200 && statusCode < 300) {
          keep(async () => {
            await Taro.openDocument({ filePath, fileType: 'xlsx', showMenu: true });
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
