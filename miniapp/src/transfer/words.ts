import type { CurrentUser } from '#shared/auth/contract.ts';
import type { ExportState, ImportItem, ImportState, TransferEntity } from '#shared/transfers/contract.ts';
import { may } from '../api/session';
import type { Tone } from '../ui';

/** `9,500`: here the exact number is what people came for. */
export const countOf = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

export const UNITS: Readonly<Record<TransferEntity, string>> = { leads: '条', customers: '个' };

export const IMPORT_TONES: Readonly<Record<ImportState, Tone>> = {
  uploaded: 'warning',
  checking: 'accent',
  checked: 'warning',
  importing: 'accent',
  done: 'success',
  cancelled: 'neutral',
  failed: 'danger',
  undoing: 'accent',
  undone: 'neutral',
};

export const EXPORT_TONES: Readonly<Record<ExportState, Tone>> = {
  waiting: 'accent',
  ready: 'success',
  failed: 'danger',
  expired: 'neutral',
};

/** What a running step is doing, as its title. */
export const RUNNING: Readonly<Partial<Record<ImportState, string>>> = {
  checking: '正在检查',
  importing: '正在导入',
  undoing: '正在撤销',
};

/** `新建 9,500 · 补全 12 · 有问题 3`; what is none of is left out. */
export function outcomeWords({ state, progress, totalRows }: ImportItem): string {
  const { created, updated, skipped, failed, ready, duplicate, removed, kept, done, total } = progress;
  const said = (parts: readonly (readonly [string, number])[]) =>
    parts
      .filter(([, count]) => count > 0)
      .map(([word, count]) => `${word} ${countOf(count)}`)
      .join(' · ');
  const rows = `${countOf(totalRows)} 行`;
  if (RUNNING[state]) return `${countOf(done)} / ${countOf(total)} 行`;
  if (state === 'uploaded') return rows;
  if (state === 'checked') {
    return said([
      ['可导入', ready],
      ['重复', duplicate],
      ['有问题', failed],
    ]);
  }
  if (state === 'undone') {
    return (
      said([
        ['撤销', removed],
        ['保留', kept],
      ]) || rows
    );
  }
  return (
    said([
      ['新建', created],
      ['补全', updated],
      ['跳过', skipped],
      ['有问题', failed],
    ]) || rows
  );
}

const IMPORTS = { leads: 'leads.import', customers: 'customers.import' } as const;
const EXPORTS = { leads: 'leads.export', customers: 'customers.export' } as const;
const ENTITIES = ['leads', 'customers'] as const;

/** What somebody may bring. */
export const importable = (user: CurrentUser): TransferEntity[] =>
  ENTITIES.filter((entity) => may(user, IMPORTS[entity]));
/** What somebody may take along. */
export const exportable = (user: CurrentUser): TransferEntity[] =>
  ENTITIES.filter((entity) => may(user, EXPORTS[entity]));
