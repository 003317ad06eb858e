import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import { LEAD_FIELD_LABELS } from '#shared/leads/contract.ts';
import type { Instant } from '#shared/values/time.ts';
import { Button, cx, Icon, Press, Sheet } from '../../ui';
import { type LeadFieldName, type LeadFormValue, readable } from './form-value';

type Side = 'mine' | 'theirs';

interface ConflictSheetProps {
  open: boolean;
  /** Where both changed the same field. */
  conflicts: readonly LeadFieldName[];
  mine: LeadFormValue;
  theirs: LeadFormValue;
  now: Instant;
  onChoose: (value: LeadFormValue) => void;
  onClose: () => void;
}

/** Somebody saved the same record first: mine and theirs, field by field. Nothing is lost by either choice. */
export function ConflictSheet({ open, conflicts, mine, theirs, now, onChoose, onClose }: ConflictSheetProps) {
  const [sides, setSides] = useState<Partial<Record<LeadFieldName, Side>>>({});
  const sideOf = (name: LeadFieldName): Side => sides[name] ?? 'mine';
  const choose = () => {
    const taken = conflicts.filter((name) => sideOf(name) === 'theirs').map((name) => [name, theirs[name]]);
    onChoose({ ...mine, ...(Object.fromEntries(taken) as Partial<LeadFormValue>) });
  };
  return (
    <Sheet
      open={open}
      title="这条线索刚被别人改过"
      subtitle="同一处改得不一样，选一个留下；其他改动都已合并"
      onClose={onClose}
      footer={
        <Button kind="primary" block onPress={choose}>
          按选择保存
        </Button>
      }
    >
      <View className="conflict">
        {conflicts.map((name) => (
          <View key={name} className="conflict__field">
            <Text className="conflict__label">{LEAD_FIELD_LABELS[name]}</Text>
            {(['mine', 'theirs'] as const).map((side) => {
              const on = sideOf(name) === side;
              const text = readable(side === 'mine' ? mine : theirs, name, now);
              return (
                <Press
                  key={side}
                  role="radio"
                  selected={on}
                  label={`${side === 'mine' ? '我的' : '对方的'}，${text}`}
                  className={cx('conflict__side', on && 'conflict__side--on')}
                  onPress={() => setSides((before) => ({ ...before, [name]: side }))}
                >
                  <Text className="conflict__who">{side === 'mine' ? '我的' : '对方的'}</Text>
                  <Text className="conflict__text">{text}</Text>
                  {on && <Icon name="check" />}
                </Press>
              );
            })}
          </View>
        ))}
      </View>
    </Sheet>
  );
}
