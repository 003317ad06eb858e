import { type FileItem, files } from '#shared/files/contract.ts';
import { ApiError, call } from '../api/call';
import { type FileDownload, useDownload } from '../api/files';
import { toast } from '../ui';

const tell = ({ status, message }: ApiError) => {
  if (status !== 401) toast(message, { kind: 'failed' });
};

/** Opens a document of a record. Its address is asked for anew: the one that came with the record may have run out. */
export function useOpenFile(): {
  open: (file: Pick<FileItem, 'id'>, name: string) => Promise<void>;
} & Pick<FileDownload, 'pending'> {
  const { run, pending } = useDownload(tell);
  return {
    pending,
    async open({ id }, name) {
      try {
        const { url } = await call(files.get, { params: { id } });
        const query = Object.fromEntries(
          url
            .slice(url.indexOf('?') + 1)
            .split('&')
            .map((pair) => pair.split('=').map(decodeURIComponent)),
        ) as { expires: string; signature: string };
        const { expires, signature } = query;
        await run(files.content, { params: { id }, query: { expires, signature } }, name);
      } catch (thrown) {
        if (thrown instanceof ApiError) tell(thrown);
        else throw thrown;
      }
    },
  };
}
