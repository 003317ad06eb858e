import type { Queryable } from './database.ts';
import { waitFor } from './patience.ts';

/** Something that the company has set, as one value read from the database. */
export interface SettingDefinition<T> {
  readonly name: string;
  load(db: Queryable): Promise<T>;
}

export const defineSetting = <T>(name: string, load: SettingDefinition<T>['load']): SettingDefinition<T> => ({
  name,
  load,
});

/** What the company has set, as it is now. A command that changes a setting loads it itself. */
export interface Settings {
  get<T>(setting: SettingDefinition<T>, db: Queryable): Promise<T>;
}

/** Reads each setting anew: for jobs, which are rare and ask each but once. */
export const freshSettings: Settings = { get: (setting, db) => setting.load(db) };

/**
 * Keeps each setting while the revision holds that every request reads together with its session: triggers move it with
 * any change of a setting (see `bump_access_revision`), so that a change counts from the next request on, in every process.
 */
export function createSettings(): { at(revision: number): Settings } {
  let keptRevision = -1;
  let kept = new Map<string, Promise<unknown>>();
  return {
    at(revision) {
      if (revision > keptRevision) {
        keptRevision = revision;
        kept = new Map();
      }
      const known = kept;
      return {
        get<T>(setting: SettingDefinition<T>, db: Queryable): Promise<T> {
          let value = known.get(setting.name) as Promise<T> | undefined;
          if (!value) {
            value = setting.load(db);
            known.set(setting.name, value);
            // What failed is asked for again, rather than failing until the next change.
            value.catch(() => known.delete(setting.name));
          }
          return waitFor(value);
        },
      };
    },
  };
}
