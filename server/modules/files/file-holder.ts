import type { FileEntity, FileKind } from '#shared/files/contract.ts';
import type { Actor } from '../../kernel/access.ts';
import type { Work } from '../../kernel/context.ts';

/** A kind of record that files hang on. The modules above hand theirs in; this module knows none of them. */
export interface FileHolder {
  /** Locks the record as far as the actor may add such a file to it. Throws NOT_FOUND, or why it takes none. */
  lock(work: Work<Actor, null>, id: string, kind: FileKind): Promise<void>;
  /** Whether what was written about the record names the file, so that it has to stay. */
  names(work: Work<Actor, null>, id: string, fileId: string): Promise<boolean>;
}

export type FileHolders = Readonly<Record<FileEntity, FileHolder>>;
