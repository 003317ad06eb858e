/** The sentences of a pool rule: pure, so that the server and the form that changes it say the same. */
import { INTENTION_LABELS, type Intention } from '../leads/contract.ts';
import type { PoolRule } from './contract.ts';

type Terms = Pick<
  PoolRule,
  'claimCap' | 'holdingCap' | 'cooldownDays' | 'protectionDays' | 'recycleDays' | 'warnDays'
>;

/** What a rule says, one sentence for each thing it rules. */
export function poolRuleWords(terms: Terms, exemptNames: readonly string[]): string[] {
  const { claimCap, holdingCap, cooldownDays, protectionDays, recycleDays, warnDays } = terms;
  const taken = (Object.keys(INTENTION_LABELS) as Intention[]).flatMap((intention) => {
    const days = recycleDays[intention];
    return days === null ? [] : [`${INTENTION_LABELS[intention]}意向${days}个工作日`];
  });
  return [
    claimCap === null ? '每天领取不限' : `每人每天最多领取${claimCap}条`,
    holdingCap === null ? '跟进中的线索数不限' : `每人最多跟进${holdingCap}条`,
    cooldownDays === 0 ? '放回公海后可以马上再领取' : `放回公海后${cooldownDays}天内原跟进人不能再领取`,
    ...(taken.length === 0
      ? ['不自动回收']
      : [
          `没有跟进就回收：${taken.join('，')}`,
          ...(protectionDays > 0 ? [`分派或领取后${protectionDays}个工作日内不回收`] : []),
          warnDays.length > 0 ? `回收前${warnDays.join('、')}个工作日提醒跟进人` : '回收前不提醒',
        ]),
    ...(exemptNames.length > 0 ? [`不限制：${exemptNames.join('、')}`] : []),
  ];
}
