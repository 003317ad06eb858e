import { storage } from './platform';

/**
 * Keeps small settings on the device: last choices, the font size.
 * @returns what was written under the key; null when there is nothing
 */
export const readStored = <T>(key: string): T | null => storage.read<T>(key);

/** @returns whether it was kept: the storage may be full (10 MB, 1 MB a key) or forbidden by the browser */
export const writeStored = (key: string, value: unknown): boolean => storage.write(key, value);
