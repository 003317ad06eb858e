/** What the filters of the lead list say in words, and how they combine. Pure. */

import type { CurrentUser } from '#shared/auth/contract.ts';
import { type LeadSource, SOURCE_LABELS } from '#shared/customers/draft.ts';
import type { Intention, LeadFilters } from '#shared/leads/contract.ts';
import { type LeadStatus, OPEN_LEAD_STATUSES } from '#shared/leads/machine.ts';
import { may, reachOf } from '../api/session';
import { type ActiveFilter, activeOf, isOff, isOn, listOf, periodWords } from './active-filters';
import { intentionLabel, statusLabel } from './labels';

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

const DUE_LABELS = { overdue: '已超期', today: '今天到期' } as const;

/** The filters behind 更多筛选 that are set, each of which can be taken away. */
export function activeFilters(
  filters: LeadFilters,
  user: CurrentUser,
  names: Readonly<Record<string, string>>,
): ActiveFilter<LeadFilters>[] {
  const {
    source,
    province,
    city,
    ownerId,
    registrantId,
    from,
    to,
    endedFrom,
    endedTo,
    followedFrom,
    followedTo,
    contacted,
    due,
    fresh,
    recycle,
    toAccept,
    importId,
    pool,
    deleted,
  } = filters;
  const sources = listOf<LeadSource>(source).map((one) => SOURCE_LABELS[one]);
  return activeOf(filters, [
    [due && DUE_LABELS[due], 'due'],
    [isOn(fresh) ? '新分派' : null, 'fresh'],
    [recycle && '即将回收', 'recycle'],
    [isOn(toAccept) ? '待接收' : null, 'toAccept'],
    [importId && '这次导入的', 'importId'],
    [sources.join('、'), 'source'],
    [province, 'province'],
    [city, 'city'],
    [ownerId && ownerId !== user.id ? `跟进人 ${names[ownerId] ?? '指定'}` : null, 'ownerId'],
    [
      registrantId && registrantId !== user.id ? `登记人 ${names[registrantId] ?? '指定'}` : null,
      'registrantId',
    ],
    [periodWords('登记', from, to), 'from', 'to'],
    [periodWords('结束', endedFrom, endedTo), 'endedFrom', 'endedTo'],
    [periodWords('写过跟进', followedFrom, followedTo), 'followedFrom', 'followedTo'],
    [contacted === undefined ? null : isOn(contacted) ? '联系过' : '没联系过', 'contacted'],
    [isOff(pool) ? '有人跟进' : null, 'pool'],
    [isOn(deleted) ? '已删除' : null, 'deleted'],
  ]);
}
