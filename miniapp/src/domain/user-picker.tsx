import { type ReactNode, useState } from 'react';
import type { RoleCode } from '#shared/access/roles.ts';
import { type Colleague, users } from '#shared/users/contract.ts';
import { useList } from '../api/query';
import { Avatar, Button, EmptyState, InfiniteList, Row, SearchBar, Sheet } from '../ui';

interface UserPickerProps {
  open: boolean;
  title: string;
  /** Closing is the caller's: picking may lead on to another question. */
  onPick: (user: Colleague) => void;
  onClose: () => void;
  /** Only those who can follow leads. */
  assignable?: boolean;
  /** Only those who can be sent to work on tickets. */
  dispatchable?: boolean;
  /** Only those with this role. */
  withRole?: RoleCode;
  /** Marked as chosen. */
  value?: string | null;
  /** A first line that means nobody, e.g. 公海 or 不限. */
  none?: { label: string; onPick: () => void };
  /** Several may be chosen: these are. Picking toggles, and the button of the footer saves. */
  chosen?: readonly string[];
  footer?: ReactNode;
  /** Not offered. */
  except?: string | undefined;
}

/** A colleague, found by name. Shows how much each one has to do. */
export function UserPicker(props: UserPickerProps) {
  const {
    open,
    title,
    onPick,
    onClose,
    assignable,
    dispatchable,
    withRole,
    value,
    none,
    chosen,
    footer,
    except,
  } = props;
  const [keyword, setKeyword] = useState('');
  const list = useList(
    users.list,
    {
      keyword,
      ...(assignable ? { assignable: true } : {}),
      ...(dispatchable ? { dispatchable: true } : {}),
      ...(withRole ? { role: withRole } : {}),
    },
    { enabled: open },
  );
  const close = () => {
    setKeyword('');
    onClose();
  };
  return (
    <Sheet
      open={open}
      title={title}
      tall
      onClose={close}
      footer={footer}
      top={<SearchBar value={keyword} onSearch={setKeyword} placeholder="搜索姓名" />}
    >
      {none && keyword === '' && (
        <Row
          title={none.label}
          chosen={value === null}
          onPress={() => {
            setKeyword('');
            none.onPick();
          }}
        />
      )}
      <InfiniteList
        list={{ ...list, rows: list.rows.filter(({ id }) => id !== except) }}
        lines
        quiet
        rowKey={(user) => user.id}
        empty={<EmptyState icon="users" title={keyword ? `没有叫“${keyword}”的同事` : '还没有可选的同事'} />}
        render={(user) => (
          <Row
            leading={<Avatar name={user.name} />}
            title={user.name}
            detail={[user.departmentName, assignable ? `在跟 ${user.openLeads} 条` : null]
              .filter(Boolean)
              .join(' · ')}
            chosen={chosen ? chosen.includes(user.id) : user.id === value}
            onPress={() => {
              if (!chosen) setKeyword('');
              onPick(user);
            }}
          />
        )}
      />
      {list.rows.length > 0 && !list.ended && !list.error && (
        <Button kind="plain" block pending={list.loadingMore} onPress={list.loadMore}>
          更多同事
        </Button>
      )}
    </Sheet>
  );
}
