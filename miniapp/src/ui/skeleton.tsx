import { View } from '@tarojs/components';
import './skeleton.scss';

const ROWS = [0, 1, 2, 3, 4, 5];

/** The outline of a list while its first page loads. */
export function ListSkeleton({ rows = 6 }: { rows?: number }) {
  return (
    <View className="skeleton" {...{ 'aria-busy': 'true', 'aria-label': '正在加载' }}>
      {ROWS.slice(0, rows).map((row) => (
        <View key={row} className="skeleton__card">
          <View className="skeleton__line skeleton__line--title" />
          <View className="skeleton__line" />
          <View className="skeleton__line skeleton__line--short" />
        </View>
      ))}
    </View>
  );
}

/** The outline of a detail page. */
export function DetailSkeleton() {
  return (
    <View className="skeleton" {...{ 'aria-busy': 'true', 'aria-label': '正在加载' }}>
      <View className="skeleton__card">
        <View className="skeleton__line skeleton__line--title" />
        <View className="skeleton__line skeleton__line--short" />
        <View className="skeleton__line skeleton__line--bar" />
      </View>
      <View className="skeleton__card">
        <View className="skeleton__line" />
        <View className="skeleton__line" />
        <View className="skeleton__line skeleton__line--short" />
      </View>
      <View className="skeleton__card">
        <View className="skeleton__line" />
        <View className="skeleton__line skeleton__line--short" />
      </View>
    </View>
  );
}
