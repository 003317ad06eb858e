import { Input, View } from '@tarojs/components';
import { useEffect, useRef, useState } from 'react';
import { Icon } from './icon';
import { IconButton } from './icon-button';
import './search-bar.scss';
import { useFocus } from './use-focus';

interface SearchBarProps {
  value: string;
  /** Called a moment after the typing stops. */
  onSearch: (keyword: string) => void;
  placeholder: string;
  focus?: boolean;
}

const WAIT = 300;

/** A search field that searches by itself. */
export function SearchBar({ value, onSearch, placeholder, focus }: SearchBarProps) {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const sent = useRef(value);

  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setText(value);
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const send = (next: string) => {
    clearTimeout(timer.current);
    const keyword = next.trim();
    if (keyword === sent.current) return;
    sent.current = keyword;
    onSearch(keyword);
  };
  const type = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => send(next), WAIT);
  };
  return (
    <View className="search-bar">
      <Icon name="search" size="s" className="search-bar__icon" />
      <Input
        className="search-bar__input"
        value={text}
        placeholder={placeholder}
        placeholderClass="placeholder"
        confirmType="search"
        maxlength={50}
        {...useFocus(focus)}
        onInput={(event) => type(event.detail.value)}
        onConfirm={(event) => send(event.detail.value)}
        {...{ 'aria-label': placeholder }}
      />
      {text !== '' && (
        <IconButton
          icon="x"
          label="清除搜索"
          onPress={() => {
            setText('');
            send('');
          }}
        />
      )}
    </View>
  );
}
