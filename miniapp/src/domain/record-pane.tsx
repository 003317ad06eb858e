import { View } from '@tarojs/components';
import { EmptyState, type IconName } from '../ui';
import { Scroll } from '../ui/scroll';
import type { RecordParts } from './record-view';
import './record-pane.scss';

/** A record beside its list, on a desk. */
export function RecordPane({
  parts: { banner, body, footer },
  onReachEnd,
}: {
  parts: RecordParts;
  onReachEnd: () => void;
}) {
  return (
    <View className="record-pane">
      {banner}
      <Scroll onReachEnd={onReachEnd}>
        <View className="record-pane__column">{body}</View>
      </Scroll>
      {footer && (
        <View className="record-pane__footer">
          <View className="record-pane__column">{footer}</View>
        </View>
      )}
    </View>
  );
}

/** Beside the list while nothing is chosen. */
export function EmptyPane({ icon, title }: { icon: IconName; title: string }) {
  return (
    <View className="record-pane record-pane--none">
      <EmptyState icon={icon} title={title} hint="在左边点开，详情显示在这里" />
    </View>
  );
}
