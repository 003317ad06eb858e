import { View } from '@tarojs/components';
import { useState } from 'react';
import { PROVINCES } from '#shared/values/provinces.ts';
import { Button, Row, SearchBar, Sheet } from '../../ui';

interface RegionSheetProps {
  name: string;
  value: readonly string[];
  onChange: (regions: string[]) => void;
  onClose: () => void;
}

/** Provinces from the list, cities by their name. */
export function RegionSheet({ name, value, onChange, onClose }: RegionSheetProps) {
  const [keyword, setKeyword] = useState('');
  const known: readonly string[] = [...value.filter((one) => !isProvince(one)), ...PROVINCES];
  const shown = keyword ? known.filter((region) => region.includes(keyword)) : known;
  const toggle = (region: string) =>
    onChange(value.includes(region) ? value.filter((one) => one !== region) : [...value, region]);
  return (
    <Sheet
      open
      tall
      title={`${name}负责的地区`}
      subtitle="这些地区的线索先轮到他；不选就是不分地区"
      onClose={onClose}
      top={<SearchBar value={keyword} onSearch={setKeyword} placeholder="搜索省份，或输入城市" />}
      footer={
        <Button kind="primary" block onPress={onClose}>
          {value.length > 0 ? `选好了（${value.length}个）` : '不分地区'}
        </Button>
      }
    >
      <View {...{ role: 'listbox', 'aria-label': '地区' }}>
        {keyword !== '' && !known.includes(keyword) && (
          <Row
            icon="plus"
            title={`添加“${keyword.slice(0, 20)}”`}
            tone="accent"
            acts
            onPress={() => {
              toggle(keyword.slice(0, 20));
              setKeyword('');
            }}
          />
        )}
        {shown.map((region) => (
          <Row key={region} title={region} chosen={value.includes(region)} onPress={() => toggle(region)} />
        ))}
      </View>
    </Sheet>
  );
}

const isProvince = (region: string) => (PROVINCES as readonly string[]).includes(region);
