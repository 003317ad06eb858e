import { View } from '@tarojs/components';
import { useState } from 'react';
import type { ChipOption } from './chips';
import { Row } from './row';
import { SearchBar } from './search-bar';
import { Sheet } from './sheet';
import { EmptyState } from './states';

interface OptionSheetProps<T extends string> {
  open: boolean;
  title: string;
  /** Under the title, smaller. */
  subtitle?: string;
  options: readonly ChipOption<T>[];
  value: T | null;
  onChange: (value: T | null) => void;
  onClose: () => void;
  clearable?: boolean;
}

const SEARCH_FROM = 12;

/** One of many. Choosing closes it. */
export function OptionSheet<T extends string>({
  open,
  title,
  subtitle,
  options,
  value,
  onChange,
  onClose,
  clearable,
}: OptionSheetProps<T>) {
  const [keyword, setKeyword] = useState('');
  const long = options.length >= SEARCH_FROM;
  const shown = keyword ? options.filter((option) => option.label.includes(keyword)) : options;
  const choose = (next: T | null) => {
    setKeyword('');
    onChange(next);
    onClose();
  };
  return (
    <Sheet
      open={open}
      title={title}
      {...(subtitle ? { subtitle } : {})}
      tall={long}
      onClose={onClose}
      top={long && <SearchBar value={keyword} onSearch={setKeyword} placeholder={`搜索${title}`} />}
    >
      <View {...{ role: 'listbox', 'aria-label': title }}>
        {clearable && !keyword && <Row title="不限" chosen={value === null} onPress={() => choose(null)} />}
        {shown.map((option) => (
          <Row
            key={option.value}
            title={option.label}
            chosen={option.value === value}
            onPress={() => choose(option.value)}
          />
        ))}
        {shown.length === 0 && <EmptyState icon="search" title={`没有“${keyword}”`} />}
      </View>
    </Sheet>
  );
}
