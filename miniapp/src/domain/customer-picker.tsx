import { useEffect, useState } from 'react';
import { type CustomerItem, customers } from '#shared/customers/contract.ts';
import { useList } from '../api/query';
import { Button, EmptyState, InfiniteList, Row, SearchBar, Sheet } from '../ui';
import { stageLabel } from './labels';
import { placeFacts } from './lead-words';

interface CustomerPickerProps {
  open: boolean;
  title: string;
  /** What to look for at first. */
  keyword?: string;
  value: string | null;
  /** A first line that means nobody, e.g. 全部客户. */
  none?: { label: string; onPick: () => void };
  onPick: (customer: CustomerItem) => void;
  onClose: () => void;
}

/** A customer there is, found by name, contact or number. */
export function CustomerPicker(props: CustomerPickerProps) {
  const { open, title, keyword = '', value, none, onPick, onClose } = props;
  const [words, setWords] = useState(keyword);
  useEffect(() => {
    if (open) setWords(keyword);
  }, [open, keyword]);
  const list = useList(
    customers.list,
    { keyword: words, status: ['active'], sort: '-lastContactAt' },
    { enabled: open },
  );
  return (
    <Sheet
      open={open}
      title={title}
      tall
      onClose={onClose}
      top={<SearchBar value={words} onSearch={setWords} placeholder="搜索客户、联系人、电话" />}
    >
      {none && words === '' && <Row title={none.label} chosen={value === null} onPress={none.onPick} />}
      <InfiniteList
        list={list}
        lines
        quiet
        rowKey={({ id }) => id}
        empty={
          <EmptyState
            icon="building"
            title={words ? `没有找到“${words}”` : '还没有客户'}
            {...(words ? { action: '看全部客户', onAction: () => setWords('') } : {})}
          />
        }
        render={(customer) => (
          <Row
            title={customer.customerName}
            detail={[stageLabel(customer.stage), placeFacts(customer), customer.owner.name]
              .filter(Boolean)
              .join(' · ')}
            chosen={customer.id === value}
            onPress={() => onPick(customer)}
          />
        )}
      />
      {list.rows.length > 0 && !list.ended && !list.error && (
        <Button kind="plain" block pending={list.loadingMore} onPress={list.loadMore}>
          更多客户
        </Button>
      )}
    </Sheet>
  );
}
