import Taro from '@tarojs/taro';
import { useCallback, useState } from 'react';
import { useWide } from './use-wide';

/**
 * Opens a record beside its list on a desk, otherwise on its own page.
 * @param page the page of a record: `/sales/lead-detail/index`
 */
export function useRecordBeside(page: string) {
  const wide = useWide();
  const [selected, setSelected] = useState<string | null>(null);
  const open = useCallback(
    ({ id }: { readonly id: string }) => {
      if (wide) setSelected(id);
      else void Taro.navigateTo({ url: `${page}?id=${id}` });
    },
    [wide, page],
  );
  return {
    wide,
    /** What stands beside the list. */
    selected: wide ? selected : null,
    open,
    close: () => setSelected(null),
  };
}
