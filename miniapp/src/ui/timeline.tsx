import { Text, View } from '@tarojs/components';
import type { ReactNode } from 'react';
import { cx, type Tone } from './class-names';
import { Icon } from './icon';
import type { IconName } from './icon-names';
import './timeline.scss';

export interface TimelineItem {
  key: string;
  icon: IconName;
  tone?: Tone;
  title: ReactNode;
  /** When, and who. */
  meta: string;
  body?: ReactNode;
}

/** What happened, newest first. */
export function Timeline({ items }: { items: readonly TimelineItem[] }) {
  return (
    <View className="timeline">
      {items.map(({ key, icon, tone = 'neutral', title, meta, body }) => (
        <View key={key} className="timeline__item">
          <View className={cx('timeline__mark', `timeline__mark--${tone}`)}>
            <Icon name={icon} size="s" />
          </View>
          <View className="timeline__words">
            <View className="timeline__head">
              <View className="timeline__title">{title}</View>
              <Text className="timeline__meta">{meta}</Text>
            </View>
            {body}
          </View>
        </View>
      ))}
    </View>
  );
}
