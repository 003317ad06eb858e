import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import { assignment } from '#shared/assignment/contract.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { INTENTION_LABELS, type Intention, leads } from '#shared/leads/contract.ts';
import { type PoolRule, pool } from '#shared/pool/contract.ts';
import { poolRuleWords } from '#shared/pool/words.ts';
import { workbench } from '#shared/workbench/contract.ts';
import type { ApiError } from '../../api/call';
import { useAction } from '../../api/query';
import { intentionLabel } from '../../domain/labels';
import { useFormErrors } from '../../domain/use-form-errors';
import { UserPicker } from '../../domain/user-picker';
import {
  Button,
  Chip,
  ChipsMany,
  confirm,
  Field,
  FieldGroup,
  SelectField,
  Sheet,
  TextField,
  toast,
} from '../../ui';
import '../sheet-form.scss';

const COOLDOWNS = [0, 1, 3, 7, 14, 30, 60, 90];
const PROTECTIONS = [0, 1, 2, 3, 5, 7, 10];
const RECYCLES = [3, 5, 7, 10, 15, 20, 30, 45, 60, 90];
const WARNINGS = [1, 2, 3, 5, 7];
const INTENTIONS = Object.keys(INTENTION_LABELS) as Intention[];
const NEVER = 'never';

/** The usual choices, and what is set if it is none of them. */
const choices = (usual: readonly number[], set: number | null, label: (days: number) => string) =>
  [...new Set([...usual, ...(set === null ? [] : [set])])]
    .sort((a, b) => a - b)
    .map((days) => ({ value: String(days), label: label(days) }));

/** As it is typed: an empty cap limits nothing; what is no number goes on as text, and the schema says so. */
const capOf = (typed: string): number | string | null => {
  const text = typed.trim();
  return text === '' ? null : /^\d+$/.test(text) ? Number(text) : text;
};
const numberOf = (typed: string): number | null => {
  const cap = capOf(typed);
  return typeof cap === 'number' ? cap : null;
};

const FIELDS = [
  'claimCap',
  'holdingCap',
  'cooldownDays',
  ...INTENTIONS.map((intention) => `recycleDays.${intention}`),
  'protectionDays',
  'warnDays',
  'exemptIds',
];
const REFRESH = [pool.rules, pool.dryRun, pool.clock, assignment.list, leads.list, leads.get, workbench.get];

interface PoolRuleSheetProps {
  rule: PoolRule;
  onClose: () => void;
}

/** The rule of a department: what may be claimed and held, what is taken back, and whom it does not concern. */
export function PoolRuleSheet({ rule, onClose }: PoolRuleSheetProps) {
  const [version, setVersion] = useState(rule.version);
  const [claimCap, setClaimCap] = useState(rule.claimCap === null ? '' : String(rule.claimCap));
  const [holdingCap, setHoldingCap] = useState(rule.holdingCap === null ? '' : String(rule.holdingCap));
  const { cooldownDays, protectionDays, recycleDays, warnDays } = rule;
  const [days, setDays] = useState({ cooldownDays, protectionDays, recycleDays, warnDays });
  const [exempt, setExempt] = useState(rule.exempt);
  const [picking, setPicking] = useState(false);
  const { errors, failure, show, fail, clear } = useFormErrors(FIELDS);
  const onError = (error: ApiError) => {
    const current = (error.details as { current?: PoolRule } | null | undefined)?.current;
    if (current) {
      setVersion(current.version);
      fail(`刚刚有人改过：${current.words.join('；')}。你的改动还在，再提交一次会以你的为准`);
    } else if (error.fields) show(error.fields);
    else if (error.status !== 401) fail(error.message);
  };
  const done = (words: string) => () => {
    toast(words);
    onClose();
  };
  const update = useAction(pool.setRule, { refresh: REFRESH, onDone: done('已保存，马上生效'), onError });
  const remove = useAction(pool.removeRule, { refresh: REFRESH, onDone: done('已改为跟随上级'), onError });

  const params = { departmentId: rule.departmentId };
  const save = () => {
    const judged = pool.setRule.body.safeParse({
      version,
      claimCap: capOf(claimCap),
      holdingCap: capOf(holdingCap),
      ...days,
      exemptIds: exempt.map(({ id }) => id),
    });
    if (!judged.success) return show(fieldErrorsOf(judged.error.issues));
    show([]);
    void update.run({ params, body: judged.data });
  };
  const askRemove = async () => {
    const sure = await confirm({
      title: `${rule.departmentName}改为跟随上级？`,
      message: '这个部门自己的规则会取消。要回收的线索会先提醒跟进人。',
      confirm: '跟随上级',
      danger: true,
    });
    if (sure) void remove.run({ params });
  };
  const change = (changes: Partial<typeof days>) => {
    setDays((before) => ({ ...before, ...changes }));
    clear(Object.keys(changes));
  };

  const inherits = rule.inheritedFrom !== null;
  const takes = INTENTIONS.some((intention) => days.recycleDays[intention] !== null);
  const words = poolRuleWords(
    { ...days, claimCap: numberOf(claimCap), holdingCap: numberOf(holdingCap) },
    exempt.map(({ name }) => name),
  );
  return (
    <>
      <Sheet
        open
        tall
        title={`${rule.departmentName}公海规则`}
        {...(inherits ? { subtitle: `现在跟随${rule.inheritedFrom}，保存后有自己的规则` } : {})}
        onClose={onClose}
        footer={
          <View className="sheet-form__buttons">
            {/* In sight wherever the sheet was scrolled to. */}
            {failure && (
              <Text className="sheet-form__error" {...{ role: 'alert' }}>
                {failure}
              </Text>
            )}
            <Button kind="primary" block pending={update.pending} onPress={save}>
              {inherits ? '设为自己的规则' : '保存'}
            </Button>
            {!inherits && rule.departmentId !== 'default' && (
              <Button kind="plain" block pending={remove.pending} onPress={() => void askRemove()}>
                改为跟随上级
              </Button>
            )}
          </View>
        }
      >
        <View className="sheet-form">
          <Text className="sheet-form__words" {...{ role: 'status', 'aria-live': 'polite' }}>
            {words.join('；')}
          </Text>
          <FieldGroup>
            <TextField
              name="claimCap"
              label="每天领取"
              kind="number"
              maxLength={4}
              placeholder="不限"
              value={claimCap}
              error={errors.claimCap}
              trailing={claimCap.trim() !== '' && <Text className="sheet-form__unit">条</Text>}
              onChange={(next) => {
                setClaimCap(next);
                clear(['claimCap']);
              }}
            />
            <TextField
              name="holdingCap"
              label="最多跟进"
              kind="number"
              maxLength={6}
              placeholder="不限"
              value={holdingCap}
              error={errors.holdingCap}
              trailing={holdingCap.trim() !== '' && <Text className="sheet-form__unit">条</Text>}
              onChange={(next) => {
                setHoldingCap(next);
                clear(['holdingCap']);
              }}
            />
            <SelectField
              name="cooldownDays"
              label="冷却期"
              hint="放回公海后，原跟进人多久不能再领取"
              options={choices(COOLDOWNS, days.cooldownDays, (n) => (n === 0 ? '不限制' : `${n}天`))}
              value={String(days.cooldownDays)}
              error={errors.cooldownDays}
              onChange={(next) => change({ cooldownDays: Number(next) })}
            />
          </FieldGroup>
          <FieldGroup>
            {INTENTIONS.map((intention) => {
              const set = days.recycleDays[intention];
              const name = `recycleDays.${intention}`;
              return (
                <SelectField
                  key={intention}
                  name={name}
                  label={intentionLabel(intention)}
                  options={[
                    { value: NEVER, label: '不自动回收' },
                    ...choices(RECYCLES, set, (n) => `${n}个工作日没跟进就回收`),
                  ]}
                  value={set === null ? NEVER : String(set)}
                  error={errors[name]}
                  onChange={(next) => {
                    change({
                      recycleDays: { ...days.recycleDays, [intention]: next === NEVER ? null : Number(next) },
                    });
                    clear([name]);
                  }}
                />
              );
            })}
            {takes && (
              <SelectField
                name="protectionDays"
                label="保护期"
                hint="刚分派或领取的线索，这么久内不回收"
                options={choices(PROTECTIONS, days.protectionDays, (n) =>
                  n === 0 ? '不保护' : `${n}个工作日`,
                )}
                value={String(days.protectionDays)}
                error={errors.protectionDays}
                onChange={(next) => change({ protectionDays: Number(next) })}
              />
            )}
            {takes && (
              <Field
                name="warnDays"
                label="回收前提醒"
                stacked
                error={errors.warnDays}
                hint="提前几个工作日提醒跟进人，最多三次"
              >
                <ChipsMany
                  options={choices(WARNINGS, null, (n) => `${n}天`).concat(
                    days.warnDays
                      .filter((n) => !WARNINGS.includes(n))
                      .map((n) => ({ value: String(n), label: `${n}天` })),
                  )}
                  value={days.warnDays.map(String)}
                  onChange={(next) => change({ warnDays: next.map(Number).sort((a, b) => b - a) })}
                />
              </Field>
            )}
          </FieldGroup>
          <FieldGroup>
            <Field
              name="exemptIds"
              label="不限制的人"
              stacked
              error={errors.exemptIds}
              hint="他们领取不受限，名下的线索也不回收"
            >
              <View className="chips">
                {exempt.map(({ id, name }) => (
                  <Chip
                    key={id}
                    removable
                    onPress={() => setExempt((before) => before.filter((one) => one.id !== id))}
                  >
                    {name}
                  </Chip>
                ))}
                <Chip icon="plus" onPress={() => setPicking(true)}>
                  添加同事
                </Chip>
              </View>
            </Field>
          </FieldGroup>
        </View>
      </Sheet>
      <UserPicker
        open={picking}
        title="不限制谁"
        assignable
        onPick={({ id, name }) => {
          setExempt((before) => (before.some((one) => one.id === id) ? before : [...before, { id, name }]));
          clear(['exemptIds']);
          setPicking(false);
        }}
        onClose={() => setPicking(false)}
      />
    </>
  );
}
