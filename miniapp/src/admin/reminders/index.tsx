import { Text, View } from '@tarojs/components';
import Taro, { useDidShow } from '@tarojs/taro';
import { useRef, useState } from 'react';
import type { Answer } from '#shared/http/endpoint.ts';
import { LEVELS, type ReminderRule, type ReminderSettings, reminders } from '#shared/reminders/contract.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { workbench } from '#shared/workbench/contract.ts';
import { openLogin } from '../../api/navigation';
import { useAction, useDetail } from '../../api/query';
import { may, useSession } from '../../api/session';
import { ConnectionBanner } from '../../domain/connection-banner';
import { INTENTION_TONES, intentionLabel } from '../../domain/labels';
import { NoPermission } from '../../domain/no-permission';
import { SignInFirst } from '../../domain/sign-in-first';
import { useNow } from '../../domain/use-now';
import {
  ActionBar,
  Banner,
  BarButton,
  Button,
  Card,
  confirm,
  ErrorState,
  Icon,
  ListSkeleton,
  Page,
  Press,
  Row,
  SectionHeader,
  StatusTag,
  toast,
} from '../../ui';
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
  const user = useSession()?.user;
  useDidShow(() => {
    if (!user) openLogin();
  });
  if (!user) return <SignInFirst title={TITLE} />;
  if (!may(user, 'reminders.check')) return <NoPermission title={TITLE} />;
  return <Reminders manages={may(user, 'reminders.manage')} />;
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
  const error = reads.map((read) => read.error).find(Boolean);
  const refresh = () => {
    for (const read of reads) void read.refresh();
  };
  const shown = useRef(false);
  useDidShow(() => {
    if (shown.current) refresh();
    shown.current = true;
  });

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

  const ready = rules.data && settings.data;
  return (
    <Page
      title={TITLE}
      home="/pages/me/index"
      banner={<ConnectionBanner offline={error?.offline} updatedAt={settings.updatedAt} />}
      footer={
        ready && (
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
      onRefresh={refresh}
      refreshing={reads.some((read) => read.refreshing)}
    >
      <View className="reminders">
        {rules.data && settings.data ? (
          <>
            {!settings.data.mailConfigured && (
              <View className="notice">
                <Banner icon="mail">只发站内通知，邮件没有配置</Banner>
              </View>
            )}
            <Schedule
              settings={settings.data}
              now={now}
              onPress={manages ? () => setEditing('schedule') : undefined}
            />
            <SectionHeader title="多久没联系算超期，提醒谁" />
            {rules.data.list.map((rule) => (
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
        ) : error ? (
          <ErrorState error={error} onRetry={refresh} pending={rules.refreshing || settings.refreshing} />
        ) : (
          <ListSkeleton rows={5} />
        )}
      </View>
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
    </Page>
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
