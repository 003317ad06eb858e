import { useCallback, useRef, useState } from 'react';
import type { Answer, CallInput, EndpointDefinition } from '#shared/http/endpoint.ts';
import { idempotencyKey } from '#shared/values/id.ts';
import { ApiError, send } from './call';
import { sendingFile } from './file-exchange';
import { type ChosenFile, chooseFile, type Fetched, FileAccessRefused, fetchingFile } from './file-platform';

export type { ChosenFile } from './file-platform';

const refusal = (code: string, message: string) => new ApiError({ code, status: 0, message });
const errorOf = (thrown: unknown): ApiError => {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof FileAccessRefused)
    return refusal('FILE_REFUSED', '没有读取文件的权限，请在微信的设置里允许后再试');
  return refusal('INTERNAL', '页面出了点问题，请重试');
};

const megabytes = (bytes: number) => `${Math.round(bytes / 1_048_576)} MB`;

/** What can be said about a file before it is sent. */
function refusedBefore({ name, size }: ChosenFile, { types, maxBytes }: UploadRules): ApiError | null {
  if (size === 0) return refusal('FILE_EMPTY', '文件是空的，请换一个');
  if (size > maxBytes) return refusal('FILE_TOO_LARGE', `文件超过${megabytes(maxBytes)}，请拆成几个再上传`);
  if (!types.some((type) => name.toLowerCase().endsWith(type)))
    return refusal(
      'FILE_TYPE',
      `只能上传 ${types.join('、')} 文件${types.includes('.xlsx') ? '，老版本的 .xls 请先另存为 .xlsx' : ''}`,
    );
  return null;
}

type UploadRules = NonNullable<EndpointDefinition['upload']>;
type UploadEndpoint = EndpointDefinition & { readonly upload: UploadRules };

export interface FileUpload<E extends UploadEndpoint> {
  /** What was chosen; stays after an error, so that it is sent again without being looked for. */
  readonly file: ChosenFile | null;
  /** Asks for a file and sends it. */
  readonly choose: () => Promise<Answer<E> | null>;
  /** The same file once more. */
  readonly retry: () => Promise<Answer<E> | null>;
  readonly pending: boolean;
  /** From 0 to 1, while it is sent. */
  readonly progress: number;
  readonly error: ApiError | null;
  readonly reset: () => void;
}

/** A file behind a button. Sent again after a lost answer it counts once. */
export function useUpload<E extends UploadEndpoint>(endpoint: E, input: CallInput<E>): FileUpload<E> {
  const [state, setState] = useState<{
    file: ChosenFile | null;
    pending: boolean;
    progress: number;
    error: ApiError | null;
  }>({ file: null, pending: false, progress: 0, error: null });
  const attempt = useRef({ file: null as ChosenFile | null, key: '' });
  const busy = useRef(false);

  const sendFile = async (file: ChosenFile): Promise<Answer<E> | null> => {
    if (attempt.current.file !== file) attempt.current = { file, key: idempotencyKey() };
    const error = refusedBefore(file, endpoint.upload);
    setState({ file, pending: error === null, progress: 0, error });
    if (error) return null;
    const onProgress = (progress: number) => setState((now) => ({ ...now, progress }));
    try {
      const data = await send(endpoint, input, {
        idempotencyKey: attempt.current.key,
        transport: sendingFile(file, endpoint.upload.field, onProgress),
      });
      setState((now) => ({ ...now, pending: false, progress: 1 }));
      return data as Answer<E>;
    } catch (thrown) {
      setState((now) => ({ ...now, pending: false, error: errorOf(thrown) }));
      return null;
    }
  };
  const alone = async (run: () => Promise<Answer<E> | null>) => {
    if (busy.current) return null;
    busy.current = true;
    try {
      return await run();
    } finally {
      busy.current = false;
    }
  };
  return {
    ...state,
    choose: async () => {
      try {
        // Not alone: a browser that never says that nothing was chosen would leave the button dead.
        const file = await chooseFile(endpoint.upload.types);
        return file ? await alone(() => sendFile(file)) : null;
      } catch (thrown) {
        setState((now) => ({ ...now, error: errorOf(thrown) }));
        return null;
      }
    },
    retry: () => alone(async () => (state.file ? sendFile(state.file) : null)),
    reset: () => setState({ file: null, pending: false, progress: 0, error: null }),
  };
}

/** Fetches a file and hands it to the person: a download in a browser, an opened document in WeChat. */
async function downloadFile<E extends EndpointDefinition>(
  endpoint: E,
  input: CallInput<E>,
  name: string,
  onProgress: (part: number) => void = () => {},
): Promise<void> {
  let fetched: Fetched | null = null;
  const keep = (arrived: Fetched) => {
    fetched = arrived;
  };
  await send(endpoint, input, { transport: fetchingFile(name, keep, onProgress) });
  await (fetched as Fetched | null)?.();
}

export interface FileDownload {
  readonly run: <E extends EndpointDefinition>(
    endpoint: E,
    input: CallInput<E>,
    name: string,
  ) => Promise<boolean>;
  readonly pending: boolean;
}

/** A download behind a button. */
export function useDownload(onError: (error: ApiError) => void): FileDownload {
  const [pending, setPending] = useState(false);
  const busy = useRef(false);
  const told = useRef(onError);
  told.current = onError;
  const run = useCallback<FileDownload['run']>(async (endpoint, input, name) => {
    if (busy.current) return false;
    busy.current = true;
    setPending(true);
    try {
      await downloadFile(endpoint, input, name);
      return true;
    } catch (thrown) {
      told.current(errorOf(thrown));
      return false;
    } finally {
      busy.current = false;
      setPending(false);
    }
  }, []);
  return { run, pending };
}
