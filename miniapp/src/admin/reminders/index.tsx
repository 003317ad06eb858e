import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import type { Answer } from '#shared/http/endpoint.ts';
import { LEVELS, type ReminderRule, type ReminderSettings, reminders } from '#shared/reminders/contract.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { workbench } from '#shared/workbench/contract.ts';
import { useAction, useDetail } from '../../api/query';
import { may } from '../../api/session';
import { Guarded } from '../../domain/guarded';
import { INTENTION_TONES, intentionLabel } from '../../domain/labels';
import { useNow } from '../../domain/use-now';
import {
  ActionBar,
  Banner,
  BarButton,
  Button,
  Card,
  confirm,
  Icon,
  Press,
  Row,
  SectionHeader,
  StatusTag,
  toast,
} from '../../ui';
import { ReadPage } from '../read-page';
import { CheckSheet } from './check-sheet';
import { CompanyList } from './company-list';
import { RuleSheet } from './rule-sheet';
import { ScheduleSheet } from './schedule-sheet';
import { scheduleWords } from './words';
import '../notice.scss';
import './index.scss';

const TITLE = '超期提醒';
const open = (url: string) => () => void Taro.navigateTo({ url });

export default function RemindersPage() {
  return (
    <Guarded title={TITLE} permission="reminders.check">
      {(user) => <Reminders manages={may(user, 'reminders.manage')} />}
    </Guarded>
  );
}

/** When an overdue lead is whose business, and whether they have been told. */
function Reminders({ manages }: { manages: boolean }) {
  const now = useNow();
  const rules = useDetail(reminders.rules, {});
  const settings = useDetail(reminders.settings, {});
  const emails = useDetail(reminders.emails, {}, { enabled: manages });
  const [editing, setEditing] = useState<ReminderRule | 'schedule' | null>(null);
  const [found, setFound] = useState<Answer<typeof reminders.check> | null>(null);
  const reads = manages ? [rules, settings, emails] : [rules, settings];
  const error = reads.map((read) => read.error).find(Boolean) ?? null;
  const refresh = () => {
    for (const read of reads) void read.refresh();
  };

  const check = useAction(reminders.check, {
    refresh: [reminders.settings, reminders.dryRun, reminders.deliveries, reminders.preview, workbench.get],
    onDone: setFound,
    onError: ({ status, message }) => {
      if (status !== 401) toast(message, { kind: 'failed' });
    },
  });
  const askCheck = async () => {
    const sure = await confirm({
      title: '马上检查超期线索？',
      message: '只发出还没有发过的提醒；已经提醒过的不会再发一次。',
      confirm: '马上检查',
    });
    if (sure) void check.run({});
  };

  const data = rules.data && settings.data && { rules: rules.data, settings: settings.data };
  const refreshing = reads.some((read) => read.refreshing);
  return (
    <ReadPage
      title={TITLE}
      read={{ data, error, refresh, refreshing, updatedAt: settings.updatedAt }}
      rows={5}
      footer={
        data && (
          <ActionBar
            primary={
              <Button block kind="primary" pending={check.pending} onPress={() => void askCheck()}>
                马上检查
              </Button>
            }
          >
            <BarButton icon="eye" label="试算" onPress={open('/admin/dry-run/index')} />
          </ActionBar>
        )
      }
      sheets={
        <>
          {editing === 'schedule' && settings.data && (
            <ScheduleSheet settings={settings.data} onClose={() => setEditing(null)} />
          )}
          {editing && editing !== 'schedule' && (
            <RuleSheet
              key={editing.intentionLevel}
              rule={editing}
              listEmpty={emails.data?.list.length === 0}
              onClose={() => setEditing(null)}
            />
          )}
          {found && <CheckSheet result={found} onClose={() => setFound(null)} />}
        </>
      }
    >
      {({ rules, settings }) => (
        <>
          {!settings.mailConfigured && (
            <View className="notice">
              <Banner icon="mail">只发站内通知，邮件没有配置</Banner>
            </View>
          )}
          <Schedule
            settings={settings}
            now={now}
            onPress={manages ? () => setEditing('schedule') : undefined}
          />
          <SectionHeader title="多久没联系算超期，提醒谁" />
          {rules.list.map((rule) => (
            <RuleCard
              key={rule.intentionLevel}
              rule={rule}
              onPress={manages ? () => setEditing(rule) : undefined}
            />
          ))}
          {manages && <CompanyList emails={emails} />}
          <View className="reminders__more">
            <Card>
              <Row
                icon="history"
                title="发送记录"
                detail="发给了谁、失败的重发"
                onPress={open('/admin/deliveries/index')}
              />
              {manages && (
                <Row
                  icon="calendar"
                  title="工作日历"
                  detail="法定节假日、调休和公司自己的安排"
                  onPress={open('/admin/workdays/index')}
                />
              )}
            </Card>
          </View>
        </>
      )}
    </ReadPage>
  );
}

interface ScheduleProps {
  settings: ReminderSettings;
  now: Instant;
  onPress: (() => void) | undefined;
}

function Schedule({ settings, now, onPress }: ScheduleProps) {
  const { nextRunAt, lastRunAt } = settings;
  const next = nextRunAt ? `下次检查 ${formatAbsolute(nextRunAt, now)}` : '没有排到下一次检查';
  const last = lastRunAt ? `上次 ${formatAbsolute(lastRunAt, now)}` : '还没有检查过';
  return (
    <Card>
      <Row
        icon="alarm-clock"
        title={scheduleWords(settings)}
        detail={`${next} · ${last}`}
        onPress={onPress}
      />
    </Card>
  );
}

interface RuleCardProps {
  rule: ReminderRule;
  onPress: (() => void) | undefined;
}

function RuleCard({ rule, onPress }: RuleCardProps) {
  const intention = LEVELS[rule.intentionLevel];
  const label = intentionLabel(intention);
  const content = (
    <View className="rule">
      <View className="rule__words">
        <StatusTag tone={INTENTION_TONES[intention]}>{label}</StatusTag>
        <Text className="rule__sentence">{rule.words}</Text>
      </View>
      {onPress && <Icon name="chevron-right" size="s" className="rule__arrow" />}
    </View>
  );
  return (
    <Card>
      {onPress ? (
        <Press label={`${label}，${rule.words}`} onPress={onPress}>
          {content}
        </Press>
      ) : (
        content
      )}
    </Card>
  );
}
