import { files } from '#shared/files/contract.ts';
import { download, type Route, read, upload, write } from '../../kernel/route.ts';
import type { Storage } from '../../kernel/storage.ts';
import type { FileHolders } from './file-holder.ts';
import { addFile, receiveFile, removeFile } from './files.commands.ts';
import { fileContent, getFile, listFiles } from './files.queries.ts';

/** Pictures and documents on records. */
export const fileRoutes = ({ storage, holders }: { storage: Storage; holders: FileHolders }): Route[] => [
  upload(
    files.upload,
    (file, context) => receiveFile(context, storage, file),
    (work, { query, file }) => addFile(work, holders, query, file),
  ),
  read(files.list, (context, { query }) => listFiles(context, query)),
  read(files.get, (context, { params }) => getFile(context, params.id)),
  download(files.content, (context, { params, query }) => fileContent(context, storage, params.id, query)),
  write(files.remove, (work, { params }) => removeFile(work, holders, params.id)),
];
