import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { leads } from '#shared/leads/contract.ts';
import {
  LEVELS,
  REMINDER_TIERS,
  type ReminderRule,
  type ReminderTier,
  reminders,
  TIER_LABELS,
} from '#shared/reminders/contract.ts';
import { afterWords, ruleWords } from '#shared/reminders/words.ts';
import { workbench } from '#shared/workbench/contract.ts';
import type { ApiError } from '../../api/call';
import { useAction } from '../../api/query';
import { intentionLabel } from '../../domain/labels';
import { useFormErrors } from '../../domain/use-form-errors';
import { Button, FieldGroup, SelectField, Sheet, SwitchField, toast } from '../../ui';
import '../sheet-form.scss';

const INTERVALS = [1, 2, 3, 4, 5, 7, 10, 15, 20, 30];
const AFTERS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
/** Where a tier starts when it is switched on again. */
const USUAL: Readonly<Record<ReminderTier, number>> = { owner: 0, manager: 2, company: 4 };

/** The usual choices, and what is set if it is none of them. */
const choices = (usual: readonly number[], set: number, label: (days: number) => string) =>
  [...new Set([...usual, set])]
    .sort((a, b) => a - b)
    .map((days) => ({ value: String(days), label: label(days) }));

const FIELDS = ['intervalDays', ...REMINDER_TIERS.map((tier) => `tiers.${tier}`)];

interface RuleSheetProps {
  rule: ReminderRule;
  /** Nobody is on the company list yet. */
  listEmpty: boolean;
  onClose: () => void;
}

/** One level: when its leads are overdue, and who hears of it when. */
export function RuleSheet({ rule, listEmpty, onClose }: RuleSheetProps) {
  const [version, setVersion] = useState(rule.version);
  const [intervalDays, setIntervalDays] = useState(rule.intervalDays);
  const [tiers, setTiers] = useState(rule.tiers);
  const { errors, failure, show, fail, clear } = useFormErrors(FIELDS);
  const update = useAction(reminders.updateRule, {
    refresh: [reminders.rules, reminders.dryRun, reminders.preview, leads.list, leads.get, workbench.get],
    onDone: () => {
      toast('已保存，马上生效');
      onClose();
    },
    onError: (error: ApiError) => {
      const current = (error.details as { current?: ReminderRule } | null | undefined)?.current;
      if (current) {
        setVersion(current.version);
        fail(`刚刚有人改过：${current.words}。你的改动还在，再提交一次会以你的为准`);
      } else if (error.fields) show(error.fields);
      else if (error.status !== 401) fail(error.message);
    },
  });
  const save = () => {
    const judged = reminders.updateRule.body.safeParse({ version, intervalDays, tiers });
    if (!judged.success) return show(fieldErrorsOf(judged.error.issues));
    show([]);
    void update.run({ params: { level: rule.intentionLevel }, body: judged.data });
  };
  const change = (tier: ReminderTier, after: number | null) => {
    setTiers({ ...tiers, [tier]: after });
    clear([`tiers.${tier}`]);
  };

  return (
    <Sheet
      open
      title={`${intentionLabel(LEVELS[rule.intentionLevel])}的线索`}
      onClose={onClose}
      footer={
        <Button kind="primary" block pending={update.pending} onPress={save}>
          保存
        </Button>
      }
    >
      <View className="sheet-form">
        <Text className="sheet-form__words" {...{ role: 'status', 'aria-live': 'polite' }}>
          {ruleWords({ intervalDays, tiers })}
        </Text>
        <FieldGroup>
          <SelectField
            name="intervalDays"
            label="超期间隔"
            options={choices(INTERVALS, intervalDays, (days) => `${days}个工作日`)}
            value={String(intervalDays)}
            error={errors.intervalDays}
            onChange={(next) => {
              setIntervalDays(Number(next));
              clear(['intervalDays']);
            }}
          />
          {REMINDER_TIERS.flatMap((tier) => {
            const after = tiers[tier];
            const label = TIER_LABELS[tier];
            return [
              <SwitchField
                key={tier}
                name={`tiers.${tier}`}
                label={label}
                value={after !== null}
                error={after === null ? errors[`tiers.${tier}`] : undefined}
                {...(tier === 'company' && after !== null && listEmpty
                  ? { hint: '名单还是空的，保存后到下面添加邮箱' }
                  : {})}
                onChange={(on) => change(tier, on ? (rule.tiers[tier] ?? USUAL[tier]) : null)}
              />,
              ...(after === null
                ? []
                : [
                    <SelectField
                      key={`${tier}-after`}
                      name={`tiers.${tier}.after`}
                      label="什么时候"
                      options={choices(AFTERS, after, afterWords)}
                      value={String(after)}
                      error={errors[`tiers.${tier}`]}
                      onChange={(next) => change(tier, Number(next))}
                    />,
                  ]),
            ];
          })}
        </FieldGroup>
        {failure && (
          <Text className="sheet-form__error" {...{ role: 'alert' }}>
            {failure}
          </Text>
        )}
      </View>
    </Sheet>
  );
}
