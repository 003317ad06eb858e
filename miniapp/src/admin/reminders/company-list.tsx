import { Text } from '@tarojs/components';
import { useState } from 'react';
import type { Answer } from '#shared/http/endpoint.ts';
import { type RemindEmail, reminders } from '#shared/reminders/contract.ts';
import { type DetailResult, useAction } from '../../api/query';
import { Card, confirm, IconButton, Row, SectionHeader, toast } from '../../ui';
import { OneFieldSheet } from '../one-field-sheet';

const REFRESH = [reminders.emails, reminders.dryRun, reminders.preview];

/** The addresses that hear of a lead at last. */
export function CompanyList({ emails }: { emails: DetailResult<Answer<typeof reminders.emails>> }) {
  const [adding, setAdding] = useState(false);
  const { data, error, refresh } = emails;
  const remove = useAction(reminders.removeEmail, {
    refresh: REFRESH,
    onDone: () => toast('已移除'),
    onError: ({ status, message }) => {
      if (status === 404) void refresh();
      if (status !== 401) toast(message, { kind: 'failed' });
    },
  });
  const askRemove = async ({ id, email }: RemindEmail) => {
    const sure = await confirm({
      title: '从公司名单移除？',
      message: `${email} 不再收到超期提醒。`,
      confirm: '移除',
      danger: true,
    });
    if (sure) void remove.run({ params: { id } });
  };
  return (
    <>
      <SectionHeader
        title="公司名单"
        {...(data && data.list.length > 0 ? { count: String(data.list.length) } : {})}
      />
      <Card>
        {data?.list.map((entry) => (
          <Row
            key={entry.id}
            icon="mail"
            title={entry.email}
            trailing={
              <IconButton
                icon="trash-2"
                label={`移除 ${entry.email}`}
                disabled={remove.pending}
                onPress={() => void askRemove(entry)}
              />
            }
          />
        ))}
        {data ? (
          <Row icon="plus" title="添加邮箱" tone="accent" acts onPress={() => setAdding(true)} />
        ) : error ? (
          <Row
            title="名单没有读出来"
            detail={error.message}
            value="重试"
            acts
            onPress={() => void refresh()}
          />
        ) : (
          <Row title="正在加载" disabled />
        )}
      </Card>
      {data && (
        <Text className="company-list__hint">
          {data.list.length === 0
            ? '名单还是空的，最后一级提醒没有人收。可以加老板或值班邮箱'
            : '最后一级提醒发到这些邮箱'}
        </Text>
      )}
      {adding && <EmailSheet onClose={() => setAdding(false)} />}
    </>
  );
}

function EmailSheet({ onClose }: { onClose: () => void }) {
  const [error, setError] = useState<string>();
  const add = useAction(reminders.addEmail, {
    refresh: REFRESH,
    onDone: () => {
      toast('已添加');
      onClose();
    },
    onError: ({ status, fields, message }) => {
      if (status !== 401) setError(fields?.[0]?.message ?? message);
    },
  });
  return (
    <OneFieldSheet
      title="添加邮箱"
      subtitle="不必是员工，比如老板或值班邮箱"
      verb="添加"
      field={{ name: 'email', label: '邮箱', kind: 'email' }}
      error={error}
      onError={setError}
      judge={(email) => reminders.addEmail.body.safeParse({ email })}
      pending={add.pending}
      onSave={(body) => void add.run({ body })}
      onClose={onClose}
    />
  );
}
