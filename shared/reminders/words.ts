/** The sentences of the rules: pure, so that the server and the form that changes a rule say the same. */
import { REMINDER_TIERS, type ReminderRule, TIER_LABELS } from './contract.ts';

/** When a tier hears of a lead, counted from the day it is due: `到期时`, `超期2个工作日后`. */
export const afterWords = (days: number): string => (days === 0 ? '到期时' : `超期${days}个工作日后`);

/** `3个工作日没有联系就算超期；到期时提醒跟进人，超期2个工作日后提醒部门主管`. */
export function ruleWords({ intervalDays, tiers }: Pick<ReminderRule, 'intervalDays' | 'tiers'>): string {
  const told = REMINDER_TIERS.flatMap((tier) => {
    const after = tiers[tier];
    return after === null ? [] : [`${afterWords(after)}提醒${TIER_LABELS[tier]}`];
  });
  return `${intervalDays}个工作日没有联系就算超期；${told.join('，') || '不提醒任何人'}`;
}
