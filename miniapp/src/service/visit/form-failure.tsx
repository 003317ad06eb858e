import { Text, View } from '@tarojs/components';
import type { ApiError } from '../../api/call';
import { Icon } from '../../ui';

/** What a failed try says to a customer; what they wrote stays where it is. */
export const wordsOf = (error: ApiError | null): string | null => {
  if (!error) return null;
  if (error.offline) return '没有网络，您填的内容已保存在手机上，有网络时再提交一次';
  return error.fields?.[0]?.message ?? error.message;
};

export function FormFailure({ children }: { children: string | null }) {
  if (!children) return null;
  return (
    <View className="visit__failure" {...{ role: 'alert' }}>
      <Icon name="circle-alert" size="s" />
      <Text>{children}</Text>
    </View>
  );
}
