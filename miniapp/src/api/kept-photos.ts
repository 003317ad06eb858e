import { useEffect, useState } from 'react';
import type { OutboxFiles } from './core/outbox';
import { createPhotoStore } from './core/photo-store';
import { type FileSource, sendingFile } from './file-exchange';
import { photoShelf } from './photo-shelf';
import { storage, timers } from './platform';

export type { KeptPhoto } from './core/photo-store';

/** Photos that the server does not have yet. They survive a killed app. */
export const keptPhotos = createPhotoStore<FileSource>({ shelf: photoShelf, storage, now: timers.now });

/** How the outbox sends what is kept here. */
export const outboxFiles: OutboxFiles = {
  async open({ ref, name, field }) {
    const source = await keptPhotos.open(ref);
    return source === null ? null : sendingFile({ name, source }, field);
  },
  release: ({ ref }) => void keptPhotos.release(ref),
};

/** An address to show a kept photo by; null until it is read, and when it is gone. */
export function usePhotoAddress(ref: string | null): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    let made: string | null = null;
    let left = false;
    setAddress(null);
    if (ref === null) return undefined;
    keptPhotos.open(ref).then(
      (source) => {
        if (left || source === null) return;
        if (typeof source !== 'string') made = URL.createObjectURL(source);
        setAddress(made ?? (source as string));
      },
      () => {},
    );
    return () => {
      left = true;
      if (made !== null) URL.revokeObjectURL(made);
    };
  }, [ref]);
  return address;
}
