import { Text, View } from '@tarojs/components';
import Taro, { useDidShow } from '@tarojs/taro';
import { useState } from 'react';
import { type LogModule, MODULE_LABELS } from '#shared/audit/actions.ts';
import { type LogEntry, logs } from '#shared/audit/contract.ts';
import { formatCount } from '#shared/values/number.ts';
import { addDays, type CalendarDate, dateOf, formatDay, wallClock } from '#shared/values/time.ts';
import { openLogin } from '../../api/navigation';
import { useList } from '../../api/query';
import { may, useSession } from '../../api/session';
import { ConnectionBanner } from '../../domain/connection-banner';
import { optionsOf } from '../../domain/labels';
import { NoPermission } from '../../domain/no-permission';
import { SignInFirst } from '../../domain/sign-in-first';
import { useNow } from '../../domain/use-now';
import { UserPicker } from '../../domain/user-picker';
import {
  Chip,
  ChipRow,
  cx,
  DateTimeSheet,
  EmptyState,
  Icon,
  InfiniteList,
  OptionSheet,
  Page,
  Press,
} from '../../ui';
import { byDay, DaySection } from '../day-section';
import './index.scss';

const TITLE = '操作日志';
const MODULES = optionsOf(MODULE_LABELS);
const PERIODS = { today: '今天', week: '近7天', month: '近30天', day: '指定日期…' } as const;
type Period = Exclude<keyof typeof PERIODS, 'day'>;
const DAYS: Readonly<Record<Period, number>> = { today: 1, week: 7, month: 30 };

interface Filters {
  person: { id: string; name: string } | null;
  module: LogModule | null;
  /** A period that ends today, one day, or everything there is. */
  when: { period: Period } | { day: CalendarDate } | null;
}

const START: Filters = { person: null, module: null, when: { period: 'month' } };

function datesOf(when: Filters['when'], today: CalendarDate): { from?: CalendarDate; to?: CalendarDate } {
  if (when === null) return {};
  return 'day' in when ? { from: when.day, to: when.day } : { from: addDays(today, 1 - DAYS[when.period]) };
}

export default function LogsPage() {
  const user = useSession()?.user;
  useDidShow(() => {
    if (!user) openLogin();
  });
  if (!user) return <SignInFirst title={TITLE} />;
  if (!may(user, 'logs.read')) return <NoPermission title={TITLE} />;
  return <Logs canPick={may(user, 'users.lookup')} />;
}

function Logs({ canPick }: { canPick: boolean }) {
  const now = useNow();
  const today = dateOf(now);
  const [filters, setFilters] = useState(START);
  const [asking, setAsking] = useState<'person' | 'module' | 'when' | 'day' | null>(null);
  const { person, module, when } = filters;
  const list = useList(logs.list, {
    ...(person ? { userId: person.id } : {}),
    ...(module ? { module } : {}),
    ...datesOf(when, today),
  });
  const change = (changes: Partial<Filters>) => {
    setFilters({ ...filters, ...changes });
    setAsking(null);
  };
  const close = () => setAsking(null);
  const day = when && 'day' in when ? when.day : null;
  const period = when && 'period' in when ? when.period : null;
  const narrowed = person !== null || module !== null || when !== null;

  const top = (
    <View className="logs-top">
      <ChipRow>
        {canPick && (
          <Chip on={person !== null} opens onPress={() => setAsking('person')}>
            {person?.name ?? '人员'}
          </Chip>
        )}
        <Chip on={module !== null} opens onPress={() => setAsking('module')}>
          {module ? MODULE_LABELS[module] : '模块'}
        </Chip>
        <Chip on={when !== null} opens onPress={() => setAsking('when')}>
          {period ? PERIODS[period] : day ? formatDay(day, today) : '时间'}
        </Chip>
      </ChipRow>
    </View>
  );
  return (
    <Page
      title={TITLE}
      home="/pages/me/index"
      top={top}
      banner={<ConnectionBanner offline={list.error?.offline} updatedAt={list.updatedAt} />}
      onRefresh={() => void list.refresh()}
      refreshing={list.refreshing}
      onReachEnd={list.loadMore}
      resetKey={JSON.stringify(filters)}
    >
      <View className="logs">
        <Text className="logs__count">
          {list.total ? `${formatCount(list.total)} 条` : list.loading ? '正在加载' : ''}
        </Text>
        <InfiniteList
          list={{ ...list, rows: byDay(list.rows, ({ at }) => at) }}
          rowKey={({ date }) => date}
          empty={
            narrowed ? (
              <EmptyState
                icon="history"
                title="没有符合条件的操作"
                hint="换个人、模块或时间试试"
                action="查看全部"
                onAction={() => change({ person: null, module: null, when: null })}
              />
            ) : (
              <EmptyState icon="history" title="还没有操作记录" hint="谁做了什么，都会记在这里" />
            )
          }
          render={({ date, rows }) => (
            <DaySection date={date} today={today}>
              {rows.map((entry) => (
                <Entry key={entry.id} entry={entry} />
              ))}
            </DaySection>
          )}
        />
      </View>
      <UserPicker
        open={asking === 'person'}
        title="人员"
        value={person?.id ?? null}
        none={{ label: '不限', onPick: () => change({ person: null }) }}
        onPick={({ id, name }) => change({ person: { id, name } })}
        onClose={close}
      />
      <OptionSheet
        open={asking === 'module'}
        title="模块"
        clearable
        options={MODULES}
        value={module}
        onChange={(next) => change({ module: next })}
        onClose={close}
      />
      <OptionSheet
        open={asking === 'when'}
        title="时间"
        clearable
        options={optionsOf(PERIODS)}
        value={day ? 'day' : period}
        onChange={(next) => {
          if (next === 'day') setTimeout(() => setAsking('day'), 0);
          else change({ when: next && { period: next } });
        }}
        onClose={close}
      />
      <DateTimeSheet
        open={asking === 'day'}
        title="日期"
        value={day}
        today={today}
        max={today}
        onChange={(next) => change({ when: next === null ? null : { day: next } })}
        onClose={close}
      />
    </Page>
  );
}

function Entry({ entry }: { entry: LogEntry }) {
  const [open, setOpen] = useState(false);
  const { actor, changes, reason, ip, requestId } = entry;
  return (
    <View className="log">
      <View className="log__line">
        <View className="log__words">
          <Sentence entry={entry} />
          <Text className="log__meta">{`${actor?.name ?? '系统'} · ${wallClock(entry.at).time}`}</Text>
        </View>
        <Press
          className="log__toggle"
          label={`${open ? '收起' : '展开'}：${entry.title}`}
          onPress={() => setOpen(!open)}
        >
          {changes.length > 0 && <Text>{`${changes.length}项`}</Text>}
          <Icon name="chevron-down" size="s" className={cx('log__arrow', open && 'log__arrow--up')} />
        </Press>
      </View>
      {open && (
        <View className="log__details">
          {changes.map(({ label, from, to }) => (
            <Text key={label} className="log__change" userSelect selectable>
              <Text className="log__label">{`${label}：`}</Text>
              {from === null ? (to ?? '空') : `${from} → ${to ?? '空'}`}
            </Text>
          ))}
          {reason && (
            <Text className="log__change" userSelect selectable>
              <Text className="log__label">原因：</Text>
              {reason}
            </Text>
          )}
          <Text className="log__origin" userSelect selectable>
            {[ip && `地址 ${ip}`, `请求编号 ${requestId}`].filter(Boolean).join(' · ')}
          </Text>
        </View>
      )}
    </View>
  );
}

/** What was done. A lead in it can be opened. */
function Sentence({ entry: { title, target } }: { entry: LogEntry }) {
  const leadId = target?.leadId;
  const start = target ? title.indexOf(target.label) : -1;
  if (!target || !leadId || start < 0) return <Text className="log__title">{title}</Text>;
  return (
    <View>
      <Text className="log__title">{title.slice(0, start)}</Text>
      <Press
        role="link"
        label={`打开线索 ${target.label}`}
        className="log__target"
        onPress={() => void Taro.navigateTo({ url: `/sales/lead-detail/index?id=${leadId}` })}
      >
        <Text>{target.label}</Text>
      </Press>
      <Text className="log__title">{title.slice(start + target.label.length)}</Text>
    </View>
  );
}
