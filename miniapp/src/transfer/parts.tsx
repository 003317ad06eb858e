import { Text, View } from '@tarojs/components';
import type { ReactNode } from 'react';
import { cx, Press, type Tone } from '../ui';
import { countOf } from './words';
import './parts.scss';

/** How far something is; without a total it says only that it moves. */
export function ProgressBar({ done, total, label }: { done: number; total: number; label: string }) {
  const percent = total > 0 ? Math.min(100, Math.floor((done / total) * 100)) : 0;
  return (
    <View
      className="progress"
      {...{
        role: 'progressbar',
        'aria-label': label,
        'aria-valuemin': 0,
        'aria-valuemax': 100,
        'aria-valuenow': percent,
      }}
    >
      <View
        className={cx('progress__bar', total === 0 && 'progress__bar--unknown')}
        style={{ width: `${percent}%` }}
      />
    </View>
  );
}

export interface Figure {
  readonly label: string;
  readonly count: number;
  readonly tone: Tone;
  readonly onPress?: (() => void) | undefined;
}

/** A few counts side by side; one that opens its rows says so. */
export function Figures({ items }: { items: readonly Figure[] }) {
  return (
    <View className="figures">
      {items.map(({ label, count, tone, onPress }) => {
        const words = (
          <>
            <Text className={cx('figure__count', count > 0 && `figure__count--${tone}`)}>
              {countOf(count)}
            </Text>
            <Text className="figure__label">{label}</Text>
            {onPress && count > 0 && <Text className="figure__open">查看</Text>}
          </>
        );
        return onPress && count > 0 ? (
          <Press key={label} className="figure" label={`${label} ${countOf(count)}，查看`} onPress={onPress}>
            {words}
          </Press>
        ) : (
          <View key={label} className="figure">
            {words}
          </View>
        );
      })}
    </View>
  );
}

/** Where one is, and the question of this page. */
export function Question({ step, title, children }: { step?: string; title: string; children?: ReactNode }) {
  return (
    <View className="question">
      {step && <Text className="question__step">{step}</Text>}
      <Text className="question__title" {...{ role: 'heading', 'aria-level': '2' }}>
        {title}
      </Text>
      {children && <Text className="question__words">{children}</Text>}
    </View>
  );
}

/** Why it did not work, where the button is. */
export function Refusal({
  error,
}: {
  error: { message: string; requestId?: string | null; status?: number; offline?: boolean } | null;
}) {
  if (!error) return null;
  return (
    <View className="refusal" {...{ role: 'alert' }}>
      <Text className="refusal__words">{error.message}</Text>
      {error.requestId && !error.offline && (error.status ?? 500) >= 500 && (
        <Text className="refusal__id" userSelect selectable>
          {`请求编号 ${error.requestId}`}
        </Text>
      )}
    </View>
  );
}
