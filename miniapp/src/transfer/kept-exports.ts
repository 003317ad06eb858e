import { storage } from '../api/platform';
import { currentUser } from '../api/session';

const MAX = 20;
const placeOf = () => `exports:${currentUser()?.id ?? 'guest'}`;

/** The exports that were asked for on this device, newest first. */
export const keptExports = (): readonly string[] => storage.read<string[]>(placeOf()) ?? [];

export function keepExport(id: string): readonly string[] {
  const kept = [id, ...keptExports().filter((one) => one !== id)].slice(0, MAX);
  storage.write(placeOf(), kept);
  return kept;
}

export function forgetExport(id: string): readonly string[] {
  const kept = keptExports().filter((one) => one !== id);
  storage.write(placeOf(), kept);
  return kept;
}
