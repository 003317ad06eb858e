import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import { type LogModule, MODULE_LABELS } from '#shared/audit/actions.ts';
import { type LogEntry, logs } from '#shared/audit/contract.ts';
import { addDays, type CalendarDate, dateOf, formatDay, wallClock } from '#shared/values/time.ts';
import { useList } from '../../api/query';
import { may } from '../../api/session';
import { Guarded } from '../../domain/guarded';
import { optionsOf } from '../../domain/labels';
import { useNow } from '../../domain/use-now';
import { UserPicker } from '../../domain/user-picker';
import { Chip, cx, DateTimeSheet, EmptyState, Icon, OptionSheet, Press } from '../../ui';
import { DayPage } from '../day-page';
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
  return (
    <Guarded title={TITLE} permission="logs.read">
      {(user) => <Logs canPick={may(user, 'users.lookup')} />}
    </Guarded>
  );
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

  return (
    <DayPage
      title={TITLE}
      chips={
        <>
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
        </>
      }
      list={list}
      today={today}
      at={({ at }) => at}
      asked={[filters]}
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
      render={(entry) => <Entry key={entry.id} entry={entry} />}
      sheets={
        <>
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
        </>
      }
    />
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
