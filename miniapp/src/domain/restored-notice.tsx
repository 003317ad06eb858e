import { Text, View } from '@tarojs/components';
import { formatRelative, type Instant, toInstant } from '#shared/values/time.ts';
import { Button, Icon } from '../ui';
import './restored-notice.scss';

/** Says that the form came back with what was typed before, and how to begin anew. */
export function RestoredNotice({ at, now, onDiscard }: { at: number; now: Instant; onDiscard: () => void }) {
  return (
    <View className="restored" {...{ role: 'status' }}>
      <Icon name="history" size="s" />
      <Text className="restored__text">{`已恢复${formatRelative(toInstant(at), now)}没提交的内容`}</Text>
      <Button kind="plain" size="s" onPress={onDiscard}>
        清空重填
      </Button>
    </View>
  );
}
