import { Text, View } from '@tarojs/components';
import type { ReactNode } from 'react';
import { Avatar, Card, cx, Icon, type IconName, StatusTag } from '../ui';
import './record-header.scss';

interface RecordHeaderProps {
  name: string;
  /** How far it is, as tags. */
  tags?: ReactNode;
  deleted?: boolean;
  /** What kind of thing it is, and where. */
  facts?: ReactNode;
  /** Whose it is, and what is next: RecordOwner, RecordNote. */
  children?: ReactNode;
}

/** What a record is called, how far it is, whose it is and what is next. */
export function RecordHeader({ name, tags, deleted = false, facts, children }: RecordHeaderProps) {
  return (
    <Card inset>
      <Text className="record-header__name" userSelect selectable>
        {name}
      </Text>
      <View className="record-header__tags">
        {tags}
        {deleted && <StatusTag tone="danger">已删除</StatusTag>}
        {facts && <Text className="record-header__facts">{facts}</Text>}
      </View>
      {children}
    </Card>
  );
}

interface RecordOwnerProps {
  /** Null: nobody's. */
  name: string | null;
  /** In place of somebody. */
  icon?: IconName;
  children: ReactNode;
}

export function RecordOwner({ name, icon, children }: RecordOwnerProps) {
  return (
    <View className="record-header__owner">
      {name === null ? icon && <Icon name={icon} /> : <Avatar name={name} size="s" />}
      <Text className="record-header__people">{children}</Text>
    </View>
  );
}

interface RecordNoteProps {
  icon: IconName;
  urgency?: 'overdue' | 'today' | 'later' | 'ended' | 'won' | undefined;
  children: ReactNode;
}

/** What is next with a record, or how it ended. */
export function RecordNote({ icon, urgency, children }: RecordNoteProps) {
  return (
    <View className={cx('record-header__note', urgency && `record-header__note--${urgency}`)}>
      <Icon name={icon} size="s" />
      <Text>{children}</Text>
    </View>
  );
}
