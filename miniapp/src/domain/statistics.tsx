import { Text, View } from '@tarojs/components';
import type { ReactNode } from 'react';
import { formatCount, formatShare } from '#shared/values/number.ts';
import type { DetailResult } from '../api/query';
import { Card, cx, DetailSkeleton, ErrorState, Icon, Press, type Tone } from '../ui';
import './statistics.scss';

interface StatisticsBodyProps<T> {
  detail: DetailResult<T>;
  children: (data: T) => ReactNode;
}

/** The middle of a page that shows what was counted, and how it waits and fails. */
export function StatisticsBody<T>({ detail, children }: StatisticsBodyProps<T>) {
  const { data, error, loading, refresh, refreshing } = detail;
  return (
    <View className="statistics">
      {error && !(data && error.offline) && (
        <ErrorState error={error} onRetry={() => void refresh()} pending={refreshing} />
      )}
      {loading && <DetailSkeleton />}
      {data && children(data)}
    </View>
  );
}

/** What exactly was counted, above or under the figures. */
export const StatisticsNote = ({ children }: { children: string }) => (
  <Text className="statistics__note">{children}</Text>
);

/** `Figure`s, two in a line. */
export const FigureCard = ({ children }: { children: ReactNode }) => (
  <Card className="statistics__card">{children}</Card>
);

interface FigureProps {
  name: string;
  number: string;
  unit?: string;
  tone?: 'danger' | undefined;
  /** Opens the list behind the number; an average has none. */
  onPress?: () => void;
}

/** One number with its name. */
export function Figure({ name, number, unit, tone, onPress }: FigureProps) {
  const words = (
    <>
      <Text className={cx('statistics__number', tone && `statistics__number--${tone}`)}>
        {number}
        {unit && number !== '—' && <Text className="statistics__unit">{unit}</Text>}
      </Text>
      <View className="statistics__name">
        <Text>{name}</Text>
        {onPress && <Icon name="chevron-right" size="s" className="statistics__arrow" />}
      </View>
    </>
  );
  if (!onPress) return <View className="statistics__figure">{words}</View>;
  return (
    <Press className="statistics__figure" label={`${name} ${number}，查看`} onPress={onPress}>
      {words}
    </Press>
  );
}

interface ShareBarsProps<K extends string> {
  labels: Readonly<Record<K, string>>;
  countOf: (kind: K) => number;
  toneOf: (kind: K) => Tone;
  /** Opens the list behind the count. */
  onOpen: (kind: K) => void;
  /** The most of them first, where the kinds have no order of their own. */
  ranked?: boolean;
}

/** What there is of each kind, the longest bar for the most of them. Kinds without any are left out. */
export function ShareBars<K extends string>({ labels, countOf, toneOf, onOpen, ranked }: ShareBarsProps<K>) {
  const bars = (Object.keys(labels) as K[])
    .map((kind) => ({ kind, count: countOf(kind) }))
    .filter(({ count }) => count > 0);
  if (ranked) bars.sort((a, b) => b.count - a.count);
  const most = Math.max(...bars.map(({ count }) => count));
  const total = bars.reduce((sum, { count }) => sum + count, 0);
  return (
    <Card className="statistics__bars">
      {bars.map(({ kind, count }) => (
        <Press
          key={kind}
          className="statistics__bar"
          label={`${labels[kind]} ${count}，查看`}
          onPress={() => onOpen(kind)}
        >
          <Text className="statistics__kind">{labels[kind]}</Text>
          <View className="statistics__track">
            <View
              className={`statistics__fill statistics__fill--${toneOf(kind)}`}
              style={{ width: `${Math.round((count / most) * 100)}%` }}
            />
          </View>
          <Text className="statistics__count">{formatCount(count)}</Text>
          <Text className="statistics__share">{formatShare(count / total)}</Text>
        </Press>
      ))}
    </Card>
  );
}
