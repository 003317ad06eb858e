import { Text, View } from '@tarojs/components';
import type { ReactNode } from 'react';
import { cx, Icon, PressCard, type Tone } from '../ui';
import type { NextStep } from './next-step';
import './record-card.scss';

interface RecordCardProps {
  name: string;
  /** Read aloud. */
  label: string;
  onPress: () => void;
  /** The finger stays on it. */
  onHold?: () => void;
  /** Nobody's work any more. */
  past?: boolean;
  tags?: ReactNode;
  /** Before the facts: how far it is, by colour beside the words. */
  dot?: Tone | null;
  facts: string;
  last: { when: string; what: string };
  /** What is next; or plain words. */
  next: NextStep | string | null;
  /** Something written about it still waits for the network. */
  unsent?: boolean | undefined;
  /** What waits. */
  unsentWords?: string;
  /** Shown beside the list. */
  selected?: boolean | undefined;
  /** One tap away. */
  actions: ReactNode;
}

/** Who, how far, since when, and what is next. */
export function RecordCard(props: RecordCardProps) {
  const { name, label, onPress, onHold, past, tags, dot, facts, last, next, selected, actions } = props;
  const { unsent, unsentWords = '跟进待同步' } = props;
  const step = unsent || next === null || typeof next === 'string' ? null : next;
  return (
    <View className={cx('record-card', selected && 'record-card--selected')}>
      <PressCard onPress={onPress} label={label} {...(onHold ? { onHold } : {})}>
        <View className="record-card__body">
          <View className="record-card__head">
            <Text className={cx('record-card__name', past && 'record-card__name--past')}>{name}</Text>
            <View className="record-card__tags">{tags}</View>
          </View>
          <View className="record-card__facts">
            {dot && <View className={cx('record-card__dot', `record-card__dot--${dot}`)} />}
            <Text className="record-card__facts-text">{facts}</Text>
          </View>
          <View className="record-card__last">
            <Text className="record-card__when">{last.when}</Text>
            <Text className="record-card__what">{last.what}</Text>
          </View>
        </View>
        <View className="record-card__foot">
          <View className={cx('record-card__next', step && `record-card__next--${step.urgency}`)}>
            {unsent ? (
              <>
                <Icon name="cloud-upload" size="s" />
                <Text className="record-card__next-text">{unsentWords}</Text>
              </>
            ) : typeof next === 'string' ? (
              <Text className="record-card__next-text">{next}</Text>
            ) : (
              step && (
                <>
                  <Icon name={step.urgency === 'overdue' ? 'alarm-clock' : 'clock'} size="s" />
                  <Text className="record-card__next-text">{step.text}</Text>
                </>
              )
            )}
          </View>
          {actions}
        </View>
      </PressCard>
    </View>
  );
}
