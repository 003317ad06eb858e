import { View } from '@tarojs/components';
import { cx, type Tone } from './class-names';
import './avatar.scss';

const TONES: readonly Tone[] = ['accent', 'teal', 'purple', 'success', 'warning', 'hot'];

function toneOf(name: string): Tone {
  let sum = 0;
  for (let i = 0; i < name.length; i++) sum += name.charCodeAt(i);
  return TONES[sum % TONES.length] ?? 'neutral';
}

/** Chinese given names are recognised by their last character, others by their first. */
function initialOf(name: string): string {
  const trimmed = name.trim();
  const last = trimmed.slice(-1);
  return /[\u4e00-\u9fff]/.test(last) && trimmed.length <= 4 ? last : trimmed.slice(0, 1).toUpperCase();
}

/** A person as a letter. The same name always has the same colour. */
export function Avatar({ name, size = 'm' }: { name: string; size?: 's' | 'm' | 'l' }) {
  return (
    <View
      className={cx('avatar', `avatar--${size}`, `avatar--${toneOf(name)}`)}
      {...{ 'aria-hidden': 'true' }}
    >
      {initialOf(name)}
    </View>
  );
}
