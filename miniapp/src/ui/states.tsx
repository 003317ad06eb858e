import { Text, View } from '@tarojs/components';
import { Button } from './button';
import { Icon } from './icon';
import type { IconName } from './icon-names';
import './states.scss';

interface EmptyStateProps {
  icon?: IconName;
  /** Why there is nothing. */
  title: string;
  /** The next step, in words. */
  hint?: string;
  action?: string;
  onAction?: () => void;
}

/** Nothing here: why, and what to do next. */
export function EmptyState({ icon = 'inbox', title, hint, action, onAction }: EmptyStateProps) {
  return (
    <View className="state">
      <View className="state__disc">
        <Icon name={icon} size="l" />
      </View>
      <Text className="state__title">{title}</Text>
      {hint && <Text className="state__hint">{hint}</Text>}
      {action && onAction && (
        <View className="state__action">
          <Button size="s" onPress={onAction}>
            {action}
          </Button>
        </View>
      )}
    </View>
  );
}

/** What a failure says about itself. An `ApiError` has this shape. */
export interface Failure {
  message: string;
  requestId?: string | null | undefined;
  offline?: boolean | undefined;
}

/** It went wrong: what, how to try again, and the number to tell support. */
export function ErrorState({
  error,
  onRetry,
  pending,
}: {
  error: Failure;
  onRetry?: () => void;
  pending?: boolean;
}) {
  return (
    <View className="state" {...{ role: 'alert' }}>
      <View className="state__disc state__disc--danger">
        <Icon name={error.offline ? 'wifi-off' : 'triangle-alert'} size="l" />
      </View>
      <Text className="state__title">{error.message}</Text>
      {error.offline && <Text className="state__hint">已经写好的内容都在，有网络时自动同步</Text>}
      {onRetry && (
        <View className="state__action">
          <Button size="s" icon="refresh-cw" pending={Boolean(pending)} onPress={onRetry}>
            重试
          </Button>
        </View>
      )}
      {error.requestId && !error.offline && (
        <Text className="state__id" userSelect selectable>
          请求编号 {error.requestId}
        </Text>
      )}
    </View>
  );
}
