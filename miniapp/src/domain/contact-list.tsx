import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import { type ContactItem, contacts } from '#shared/contacts/contract.ts';
import { type CustomerDetail, customers } from '#shared/customers/contract.ts';
import { formatPhone } from '#shared/values/phone.ts';
import type { OutboxItem } from '../api/outbox';
import { refreshAll, useAction } from '../api/query';
import {
  ActionSheet,
  Avatar,
  Card,
  confirm,
  Icon,
  IconButton,
  Row,
  SectionHeader,
  type SheetAction,
  StatusTag,
  toast,
} from '../ui';
import { callAbout, copyWechat } from './contact';
import './contact-list.scss';
import { customerTarget } from './follow-ups';

const CHANGED = [customers.get, customers.list, customers.timeline, contacts.list] as const;

interface ContactListProps {
  customer: CustomerDetail;
  /** Those who still wait to be sent. */
  unsent: readonly OutboxItem[];
  /** Undefined: not allowed. */
  onAdd: (() => void) | undefined;
}

/** Whom one talks to at a customer: call, WeChat, and what can be changed. */
export function ContactList({ customer, unsent, onAdd }: ContactListProps) {
  const [open, setOpen] = useState<ContactItem | null>(null);
  const target = (contact: ContactItem) => customerTarget(customer, contact.name);
  const onError = (error: { code: string; message: string }) => {
    toast(error.code === 'STALE' ? '刚刚有人改过这位联系人，再试一次' : error.message, { kind: 'failed' });
    if (error.code === 'STALE') void refreshAll(customers.get);
  };
  const update = useAction(contacts.update, {
    refresh: CHANGED,
    onDone: (contact) => toast(`${contact.name}已是主要联系人`),
    onError,
  });
  const remove = useAction(contacts.remove, { refresh: CHANGED, onDone: () => toast('已删除'), onError });

  const starters: Readonly<Record<string, (contact: ContactItem) => void>> = {
    call: (contact) => callAbout(target(contact), contact.phone),
    wechat: (contact) => copyWechat(contact.wechat ?? ''),
    edit: ({ id }) => void Taro.navigateTo({ url: `/sales/contact-form/index?id=${id}` }),
    primary: ({ id, version }) => void update.run({ params: { id }, body: { version, primary: true } }),
    delete: ({ id, name, version }) => {
      void confirm({
        title: `删除联系人“${name}”？`,
        message: '写过的跟进都保留。',
        confirm: '删除',
        danger: true,
      }).then((yes) => {
        if (yes) void remove.run({ params: { id }, body: { version } });
      });
    },
  };
  const actionsOf = (contact: ContactItem): SheetAction[] => [
    ...(contact.phone
      ? [{ key: 'call', label: `打电话 ${formatPhone(contact.phone)}`, icon: 'phone' as const }]
      : []),
    ...(contact.wechat
      ? [{ key: 'wechat', label: `复制微信号 ${contact.wechat}`, icon: 'message-circle' as const }]
      : []),
    ...(contact.editable
      ? [
          { key: 'edit', label: '编辑联系人', icon: 'pencil' as const },
          ...(contact.primary
            ? []
            : [{ key: 'primary', label: '设为主要联系人', icon: 'user-check' as const }]),
          { key: 'delete', label: '删除', icon: 'trash-2' as const, danger: true },
        ]
      : []),
  ];

  const list = customer.contacts;
  return (
    <>
      <SectionHeader
        title="联系人"
        {...(list.length > 1 ? { count: String(list.length) } : {})}
        {...(onAdd ? { action: '添加', onAction: onAdd } : {})}
      />
      <Card>
        {list.map((contact) => (
          <Row
            key={contact.id}
            leading={<Avatar name={contact.name} />}
            title={
              <View className="contact-list__name">
                <Text className="contact-list__words">{contact.name}</Text>
                {contact.primary && list.length > 1 && <StatusTag tone="accent">主要</StatusTag>}
              </View>
            }
            detail={
              [contact.position, contact.phone && formatPhone(contact.phone), contact.wechat && '微信']
                .filter(Boolean)
                .join(' · ') || '还没有联系方式'
            }
            trailing={
              <View className="contact-list__actions">
                {contact.wechat && (
                  <IconButton
                    icon="message-circle"
                    label={`复制${contact.name}的微信号`}
                    onPress={() => copyWechat(contact.wechat ?? '')}
                  />
                )}
                {contact.phone && (
                  <IconButton
                    icon="phone"
                    tone="accent"
                    label={`打电话给${contact.name}`}
                    onPress={() => callAbout(target(contact), contact.phone)}
                  />
                )}
              </View>
            }
            onPress={actionsOf(contact).length > 0 ? () => setOpen(contact) : undefined}
          />
        ))}
        {customer.phone && !list.some(({ phone }) => phone === customer.phone) && (
          <Row
            icon="building"
            title={formatPhone(customer.phone)}
            detail="客户电话"
            trailing={<Icon name="phone" className="contact-list__call" />}
            onPress={() => callAbout(customerTarget(customer), customer.phone)}
          />
        )}
        {unsent.map((item) => (
          <Row
            key={item.key}
            icon="cloud-upload"
            title={(item.input.body as { name?: string } | undefined)?.name ?? item.label}
            detail={item.state === 'failed' ? '没有提交成功，到“待同步”处理' : '待同步'}
          />
        ))}
        {list.length === 0 && unsent.length === 0 && !customer.phone && (
          <Row
            icon="user-plus"
            title={onAdd ? '加一位联系人' : '还没有联系人'}
            detail="电话、微信一点就能联系"
            onPress={onAdd}
          />
        )}
      </Card>
      <ActionSheet
        open={open !== null}
        title={open?.name ?? ''}
        actions={open ? actionsOf(open) : []}
        onAction={(key) => open && starters[key]?.(open)}
        onClose={() => setOpen(null)}
      />
    </>
  );
}
