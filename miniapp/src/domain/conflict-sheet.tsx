import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import { Button, cx, Icon, Press, Sheet } from '../ui';
import './conflict-sheet.scss';

type Side = 'mine' | 'theirs';

interface Collision<N extends string> {
  readonly name: N;
  readonly label: string;
  readonly mine: string;
  readonly theirs: string;
}

interface ConflictSheetProps<N extends string> {
  open: boolean;
  /** Which record: `这条线索`. */
  what: string;
  /** Where both changed the same field. */
  conflicts: readonly Collision<N>[];
  /** The fields in which theirs stays; mine in the others. */
  onChoose: (theirs: readonly N[]) => void;
  onClose: () => void;
}

/** Somebody saved the same record first: mine and theirs, field by field. Nothing is lost by either choice. */
export function ConflictSheet<N extends string>(props: ConflictSheetProps<N>) {
  const { open, what, conflicts, onChoose, onClose } = props;
  const [sides, setSides] = useState<Partial<Record<N, Side>>>({});
  const sideOf = (name: N): Side => sides[name] ?? 'mine';
  return (
    <Sheet
      open={open}
      title={`${what}刚被别人改过`}
      subtitle="同一处改得不一样，选一个留下；其他改动都已合并"
      onClose={onClose}
      footer={
        <Button
          kind="primary"
          block
          onPress={() =>
            onChoose(conflicts.map(({ name }) => name).filter((name) => sideOf(name) === 'theirs'))
          }
        >
          按选择保存
        </Button>
      }
    >
      <View className="conflict">
        {conflicts.map((conflict) => (
          <View key={conflict.name} className="conflict__field">
            <Text className="conflict__label">{conflict.label}</Text>
            {(['mine', 'theirs'] as const).map((side) => {
              const on = sideOf(conflict.name) === side;
              const text = conflict[side];
              return (
                <Press
                  key={side}
                  role="radio"
                  selected={on}
                  label={`${side === 'mine' ? '我的' : '对方的'}，${text}`}
                  className={cx('conflict__side', on && 'conflict__side--on')}
                  onPress={() => setSides((before) => ({ ...before, [conflict.name]: side }))}
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
