import { View } from '@tarojs/components';
import { Icon } from './icon';
import type { IconName } from './icon-names';
import { Press } from './press';
import './floating-button.scss';

/** The one ＋ of a page, in reach of the thumb. Give it to `Page` as `floating`. */
export function FloatingButton({
  icon = 'plus',
  label,
  onPress,
}: {
  icon?: IconName;
  label: string;
  onPress: () => void;
}) {
  return (
    <Press label={label} onPress={onPress} className="floating-button">
      <View className="floating-button__face">
        <Icon name={icon} size="l" />
      </View>
    </Press>
  );
}
