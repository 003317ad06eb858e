import type { ReactNode } from 'react';
import type { RoleCode } from '#shared/access/roles.ts';
import { type Colleague, users } from '#shared/users/contract.ts';
import { useList } from '../api/query';
import { Avatar, EmptyState } from '../ui';
import { type PickerProps, PickerSheet, usePickerWords } from './picker-sheet';

interface UserPickerProps extends PickerProps<Colleague> {
  /** Only those who can follow leads. */
  assignable?: boolean;
  /** Only those who can be sent to work on tickets. */
  dispatchable?: boolean;
  /** Only those with this role. */
  withRole?: RoleCode;
  /** Several may be chosen: these are. Picking toggles, and the button of the footer saves. */
  chosen?: readonly string[];
  footer?: ReactNode;
  /** Not offered. */
  except?: string | undefined;
}

/** A colleague, found by name. Shows how much each one has to do. */
export function UserPicker(props: UserPickerProps) {
  const { assignable, dispatchable, withRole, except, ...picker } = props;
  const [words, setWords] = usePickerWords(picker.open);
  const list = useList(
    users.list,
    {
      keyword: words,
      ...(assignable ? { assignable: true } : {}),
      ...(dispatchable ? { dispatchable: true } : {}),
      ...(withRole ? { role: withRole } : {}),
    },
    { enabled: picker.open },
  );
  return (
    <PickerSheet
      {...picker}
      list={{ ...list, rows: list.rows.filter(({ id }) => id !== except) }}
      words={words}
      onWords={setWords}
      placeholder="搜索姓名"
      what="同事"
      row={(user) => ({
        leading: <Avatar name={user.name} />,
        title: user.name,
        detail: [user.departmentName, assignable ? `在跟 ${user.openLeads} 条` : null],
      })}
      empty={<EmptyState icon="users" title={words ? `没有叫“${words}”的同事` : '还没有可选的同事'} />}
    />
  );
}
