import { type ReactNode, useEffect, useState } from 'react';
import type { ListResult } from '../api/query';
import { Button, InfiniteList, Row, SearchBar, Sheet } from '../ui';

/** What every picker takes. */
export interface PickerProps<R> {
  open: boolean;
  title: string;
  /** Marked as chosen; null: the first line. */
  value?: string | null;
  /** A first line that means none: 全部客户, 公海, 不限. */
  none?: { label: string; onPick: () => void };
  /** Closing is the caller's: picking may lead on to another question. */
  onPick: (record: R) => void;
  onClose: () => void;
}

/** What is looked for; each time the picker opens it begins anew. */
export function usePickerWords(open: boolean, start = '') {
  const [words, setWords] = useState(start);
  useEffect(() => {
    if (open) setWords(start);
  }, [open, start]);
  return [words, setWords] as const;
}

interface PickerSheetProps<R> extends PickerProps<R> {
  list: ListResult<R>;
  words: string;
  onWords: (words: string) => void;
  placeholder: string;
  /** Under the search: another way to narrow the list. */
  chips?: ReactNode;
  /** By something else than words. */
  narrowed?: boolean;
  /** `客户`. */
  what: string;
  row: (record: R) => { title: string; detail: readonly (string | null)[]; leading?: ReactNode };
  /** Several may be chosen: these are. */
  chosen?: readonly string[] | undefined;
  /** An `EmptyState`. */
  empty: ReactNode;
  footer?: ReactNode;
}

/** One record out of many, found by its words; the rows load page by page. */
export function PickerSheet<R extends { readonly id: string }>(props: PickerSheetProps<R>) {
  const { list, words, narrowed = false, none, value, chosen, row, onPick } = props;
  return (
    <Sheet
      open={props.open}
      title={props.title}
      tall
      onClose={props.onClose}
      footer={props.footer}
      top={
        <>
          <SearchBar value={words} onSearch={props.onWords} placeholder={props.placeholder} />
          {props.chips}
        </>
      }
    >
      {none && words === '' && !narrowed && (
        <Row title={none.label} chosen={value === null} onPress={none.onPick} />
      )}
      <InfiniteList
        list={list}
        lines
        quiet
        rowKey={({ id }) => id}
        empty={props.empty}
        render={(record) => {
          const { detail, ...rest } = row(record);
          return (
            <Row
              {...rest}
              detail={detail.filter(Boolean).join(' · ')}
              chosen={chosen ? chosen.includes(record.id) : record.id === value}
              onPress={() => onPick(record)}
            />
          );
        }}
      />
      {list.rows.length > 0 && !list.ended && !list.error && (
        <Button kind="plain" block pending={list.loadingMore} onPress={list.loadMore}>
          {`更多${props.what}`}
        </Button>
      )}
    </Sheet>
  );
}
