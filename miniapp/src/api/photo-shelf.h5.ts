import type { PhotoShelf } from './core/photo-store';
import type { FileSource } from './file-exchange';

/** What is in the database apart from the contents, so that counting does not read them. */
interface Facts {
  readonly ref: string;
  readonly bytes: number;
  readonly keptAt: number;
}

/** As bytes: Safari has lost Blobs that were stored as such. */
interface Content {
  readonly ref: string;
  readonly bytes: ArrayBuffer;
  readonly type: string;
}

const DATABASE = 'genjin-photos';
const FACTS = 'facts';
const CONTENTS = 'contents';

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(FACTS, { keyPath: 'ref' });
    request.result.createObjectStore(CONTENTS, { keyPath: 'ref' });
  };
  return answerOf(request);
}

/** Opened anew each time: a phone closes the database of a page that slept. */
async function within<T>(mode: IDBTransactionMode, run: (at: IDBTransaction) => IDBRequest<T>): Promise<T> {
  const database = await openDatabase();
  try {
    const transaction = database.transaction([FACTS, CONTENTS], mode, { durability: 'strict' });
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    const [answer] = await Promise.all([answerOf(run(transaction)), done]);
    return answer;
  } finally {
    database.close();
  }
}

/** Photos in the browser's database, which a killed page leaves whole. */
export const photoShelf: PhotoShelf<FileSource> = {
  bytesOf: async (content) => (content as Blob).size,
  async put(ref, content, keptAt) {
    const blob = content as Blob;
    const bytes = await blob.arrayBuffer();
    // So that the browser does not clear it when the phone runs short; it may say no.
    await navigator.storage?.persist?.().catch(() => false);
    await within('readwrite', (at) => {
      at.objectStore(FACTS).put({ ref, bytes: bytes.byteLength, keptAt } satisfies Facts);
      return at.objectStore(CONTENTS).put({ ref, bytes, type: blob.type } satisfies Content);
    });
  },
  async open(ref) {
    const found = await within<Content | undefined>('readonly', (at) => at.objectStore(CONTENTS).get(ref));
    return found ? new Blob([found.bytes], { type: found.type }) : null;
  },
  async remove(ref) {
    await within('readwrite', (at) => {
      at.objectStore(FACTS).delete(ref);
      return at.objectStore(CONTENTS).delete(ref);
    });
  },
  list: () => within<Facts[]>('readonly', (at) => at.objectStore(FACTS).getAll()),
};
