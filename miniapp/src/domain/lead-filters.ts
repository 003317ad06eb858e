/** What the filters of the lead list say in words, and how they combine. Pure. */

import type { CurrentUser } from '#shared/auth/contract.ts';
import { type LeadSource, SOURCE_LABELS } from '#shared/customers/draft.ts';
import type { Intention, LeadFilters } from '#shared/leads/contract.ts';
import { type LeadStatus, OPEN_LEAD_STATUSES } from '#shared/leads/machine.ts';
import { may, reachOf } from '../api/session';
import { intentionLabel, statusLabel } from './labels';

/** Filters come from pages as booleans and from addresses as text. */
export const isOn = (flag: LeadFilters['open']): boolean => flag === true || flag === 'true';
const isOff = (flag: LeadFilters['open']): boolean => flag === false || flag === 'false';

export const listOf = <T extends string>(value: readonly T[] | string | undefined): T[] =>
  value === undefined || value === ''
    ? []
    : typeof value === 'string'
      ? (value.split(',') as T[])
      : [...value];

export const SCOPES = { all: '全部', mine: '我的', registered: '我登记的', pool: '公海' } as const;
export type Scope = keyof typeof SCOPES;

/** The views of the list that make a difference for this person. */
export function scopesOf(user: CurrentUser): Scope[] {
  const scopes: Scope[] = ['all'];
  if (may(user, 'leads.progress')) scopes.push('mine');
  else if (may(user, 'leads.registered')) scopes.push('registered');
  if (may(user, 'leads.pool')) scopes.push('pool');
  return scopes;
}

/** Whether the person sees leads of others, so that a card has to name the owner. */
export const seesOthers = (user: CurrentUser): boolean =>
  reachOf(user, 'leads.read') !== 'own' || may(user, 'leads.registered');

export function scopeOf(filters: LeadFilters, user: CurrentUser): Scope {
  if (isOn(filters.pool)) return 'pool';
  if (filters.ownerId === user.id) return 'mine';
  if (filters.registrantId === user.id) return 'registered';
  return 'all';
}

export function withScope(filters: LeadFilters, scope: Scope, user: CurrentUser): LeadFilters {
  const { pool: _pool, ownerId, registrantId, ...rest } = filters;
  const kept: LeadFilters = { ...rest };
  if (ownerId && ownerId !== user.id && scope !== 'pool') kept.ownerId = ownerId;
  if (registrantId && registrantId !== user.id) kept.registrantId = registrantId;
  if (scope === 'pool') return { ...kept, pool: true };
  if (scope === 'mine') return { ...kept, ownerId: user.id };
  if (scope === 'registered') return { ...kept, registrantId: user.id };
  return kept;
}

/** What a person finds on the first visit: their own open work, else everything open. */
export function homeFilters(user: CurrentUser): LeadFilters {
  const own = reachOf(user, 'leads.read') === 'own' && may(user, 'leads.progress');
  return withScope({ open: true }, own ? 'mine' : 'all', user);
}

export const OPEN_LABEL = '进行中';

/** `进行中`, `新线索`, `新线索、已联系`; null without a choice. */
export function statusWords({ status, open }: LeadFilters): string | null {
  const chosen = listOf<LeadStatus>(status);
  if (chosen.length > 0) {
    const allOpen =
      chosen.length === OPEN_LEAD_STATUSES.length && OPEN_LEAD_STATUSES.every((s) => chosen.includes(s));
    return allOpen ? OPEN_LABEL : chosen.map(statusLabel).join('、');
  }
  if (isOn(open)) return OPEN_LABEL;
  return isOff(open) ? '已结束' : null;
}

export function intentionWords({ intention }: LeadFilters): string | null {
  const chosen = listOf<Intention>(intention);
  return chosen.length > 0 ? chosen.map(intentionLabel).join('、') : null;
}

export interface ActiveFilter {
  key: string;
  label: string;
  /** The filters without this one. */
  without: LeadFilters;
}

const DUE_LABELS = { overdue: '已超期', today: '今天到期' } as const;
const shortDate = (date: string) => `${Number(date.slice(5, 7))}/${Number(date.slice(8, 10))}`;

/** The filters behind 更多筛选 that are set, each of which can be taken away. */
export function activeFilters(
  filters: LeadFilters,
  user: CurrentUser,
  names: Readonly<Record<string, string>>,
): ActiveFilter[] {
  const without = (...keys: (keyof LeadFilters)[]): LeadFilters => {
    const rest = { ...filters };
    for (const key of keys) delete rest[key];
    return rest;
  };
  const active: ActiveFilter[] = [];
  const add = (
    key: keyof LeadFilters,
    label: string | null | undefined,
    ...others: (keyof LeadFilters)[]
  ) => {
    if (label) active.push({ key, label, without: without(key, ...others) });
  };
  const { source, province, city, ownerId, registrantId, from, to, contacted, due, fresh, pool, deleted } =
    filters;
  add('due', due && DUE_LABELS[due]);
  add('fresh', isOn(fresh) ? '新分派' : null);
  add(
    'source',
    listOf<LeadSource>(source)
      .map((one) => SOURCE_LABELS[one])
      .join('、'),
  );
  add('province', province);
  add('city', city);
  add('ownerId', ownerId && ownerId !== user.id ? `跟进人 ${names[ownerId] ?? '指定'}` : null);
  add(
    'registrantId',
    registrantId && registrantId !== user.id ? `登记人 ${names[registrantId] ?? '指定'}` : null,
  );
  add('from', from || to ? `登记 ${from ? shortDate(from) : '…'}–${to ? shortDate(to) : '…'}` : null, 'to');
  add('contacted', contacted === undefined ? null : isOn(contacted) ? '联系过' : '没联系过');
  add('pool', isOff(pool) ? '有人跟进' : null);
  add('deleted', isOn(deleted) ? '已删除' : null);
  return active;
}
