import { DEFAULT_MAPPINGS, type IntakeKind, type IntakeMapping } from '#shared/intake/contract.ts';
import type { Adapter } from './adapter.ts';
import { douyin } from './douyin.ts';
import { feiyu } from './feiyu.ts';
import { genericHmac } from './generic-hmac.ts';
import { oceanEngine } from './ocean-engine.ts';
import { tencentAds } from './tencent-ads.ts';

export const adapters: Readonly<Record<IntakeKind, Adapter>> = {
  douyin,
  'ocean-engine': oceanEngine,
  feiyu,
  'tencent-ads': tencentAds,
  'generic-hmac': genericHmac,
};

/** The names that a source goes by. */
export const mappingOf = (kind: IntakeKind, mapping: unknown): IntakeMapping =>
  (mapping as IntakeMapping | null) ?? DEFAULT_MAPPINGS[kind] ?? {};
