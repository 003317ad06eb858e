/** The edge to Taro for a file in a call. In the main package, because the outbox sends photos wherever the app is. */
import Taro from '@tarojs/taro';
import { type Transport, type TransportAnswer, TransportFailure, type TransportRequest } from './core/call';
import { failureKindOf } from './platform';

const isH5 = process.env.TARO_ENV === 'h5';

/** Files take their time on a phone's network; nothing for so long means that nothing comes. */
export const FILE_TIMEOUT_MS = 120_000;

/** What each platform needs to send a file: its content in a browser, its path in WeChat. */
export type FileSource = Blob | string;

interface SentFile {
  readonly name: string;
  readonly source: FileSource;
}

/** From 0 to 1. */
export type OnProgress = (part: number) => void;

export const plainName = (name: string) => name.replace(/[/\\:*?"<>|]/g, '_').slice(-80);

/** A folder of our own, emptied first: what was opened before holds other people's telephone numbers. */
export function freshPath(name: string): string {
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
  (file: SentFile, field: string, onProgress: OnProgress = () => {}): Transport =>
  (request) =>
    isH5
      ? exchangeInBrowser(request, formWith(file, field), 'text', onProgress).then(({ status, text }) => ({
          status,
          text,
        }))
      : sendInWechat(request, file, field, onProgress);

function formWith({ source, name }: SentFile, field: string): FormData {
  const form = new FormData();
  form.append(field, source as Blob, name);
  return form;
}

export function exchangeInBrowser(
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
    exchange.timeout = FILE_TIMEOUT_MS;
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

export function follow(task: unknown, onProgress: OnProgress, signal: AbortSignal | undefined): void {
  const { progress, abort } = task as Partial<Task>;
  progress?.call(task, (state) => onProgress(state.progress / 100));
  signal?.addEventListener('abort', () => abort?.call(task));
}

/** WeChat sends a file under the name it lies under, which for one that was just chosen is a random one. */
function namedPath(path: string, name: string): string {
  const own = Taro.env.USER_DATA_PATH;
  if (own && path.startsWith(own)) return path;
  try {
    const named = freshPath(name);
    Taro.getFileSystemManager().copyFileSync(path, named);
    return named;
  } catch {
    // Full storage: then it is called what WeChat calls it.
    return path;
  }
}

function sendInWechat(
  { url, header, signal }: TransportRequest,
  { name, source }: SentFile,
  field: string,
  onProgress: OnProgress,
): Promise<TransportAnswer> {
  return new Promise((resolve, reject) => {
    const filePath = namedPath(source as string, name);
    const task = Taro.uploadFile({
      url,
      filePath,
      name: field,
      header,
      timeout: FILE_TIMEOUT_MS,
      success: ({ statusCode, data }) => resolve({ status: statusCode, text: data }),
      fail: (error: unknown) => reject(new TransportFailure(failureKindOf(error))),
    });
    // Both a callback and a promise report the failure; this one has been heard.
    Promise.resolve(task).catch(() => {});
    follow(task, onProgress, signal);
  });
}
