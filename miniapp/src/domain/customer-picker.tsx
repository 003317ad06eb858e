import { type CustomerItem, customers } from '#shared/customers/contract.ts';
import { useList } from '../api/query';
import { EmptyState } from '../ui';
import { stageLabel } from './labels';
import { placeFacts } from './lead-words';
import { type PickerProps, PickerSheet, usePickerWords } from './picker-sheet';

interface CustomerPickerProps extends PickerProps<CustomerItem> {
  /** What to look for at first. */
  keyword?: string;
}

/** A customer there is, found by name, contact or number. */
export function CustomerPicker({ keyword, ...picker }: CustomerPickerProps) {
  const [words, setWords] = usePickerWords(picker.open, keyword);
  const list = useList(
    customers.list,
    { keyword: words, status: ['active'], sort: '-lastContactAt' },
    { enabled: picker.open },
  );
  return (
    <PickerSheet
      {...picker}
      list={list}
      words={words}
      onWords={setWords}
      placeholder="搜索客户、联系人、电话"
      what="客户"
      row={(customer) => ({
        title: customer.customerName,
        detail: [stageLabel(customer.stage), placeFacts(customer), customer.owner.name],
      })}
      empty={
        <EmptyState
          icon="building"
          title={words ? `没有找到“${words}”` : '还没有客户'}
          {...(words ? { action: '看全部客户', onAction: () => setWords('') } : {})}
        />
      }
    />
  );
}
