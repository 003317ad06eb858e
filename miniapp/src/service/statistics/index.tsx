import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import {
  serviceTickets,
  TICKET_TYPE_LABELS,
  type TicketFilters,
  type TicketType,
} from '#shared/service-tickets/contract.ts';
import { type ServiceTicketStatus, serviceTicketMachine } from '#shared/service-tickets/machine.ts';
import { TICKET_PRIORITY_LABELS, type TicketPriority } from '#shared/service-tickets/sla.ts';
import { formatCount } from '#shared/values/number.ts';
import { addDays, dateOf, startOfMonth, startOfWeek } from '#shared/values/time.ts';
import { useDetail } from '../../api/query';
import { mergeFilters } from '../../domain/active-filters';
import { ConnectionBanner } from '../../domain/connection-banner';
import { Guarded } from '../../domain/guarded';
import { TICKET_PRIORITY_TONES, TICKET_STATUS_TONES } from '../../domain/labels';
import { showTickets } from '../../domain/list-views';
import { useNow } from '../../domain/use-now';
import {
  Avatar,
  Card,
  Chips,
  cx,
  DetailSkeleton,
  EmptyState,
  ErrorState,
  Page,
  Press,
  Row,
  SectionHeader,
  type Tone,
} from '../../ui';
import './index.scss';

const TITLE = '工单统计';
const PERIODS = [
  { value: 'week', label: '本周' },
  { value: 'month', label: '本月' },
  { value: '90', label: '近90天' },
  { value: 'all', label: '全部' },
] as const;
type Period = (typeof PERIODS)[number]['value'];

/** The list that a number stands for. */
function drill(filters: TicketFilters, title: string): void {
  showTickets(mergeFilters({}, filters), title);
  void Taro.switchTab({ url: '/pages/tickets/index' });
}

export default function StatisticsPage() {
  return (
    <Guarded title={TITLE} permission="serviceTickets.read">
      {() => <Statistics />}
    </Guarded>
  );
}

const hours = (value: number | null) => (value === null ? '—' : String(Math.round(value * 10) / 10));
const percent = (part: number | null) => (part === null ? '—' : String(Math.round(part * 100)));

function Statistics() {
  const today = dateOf(useNow());
  const [period, setPeriod] = useState<Period>('month');
  const starts: Readonly<Record<Period, string | undefined>> = {
    week: startOfWeek(today),
    month: startOfMonth(today),
    '90': addDays(today, -89),
    all: undefined,
  };
  const from = starts[period];
  const detail = useDetail(serviceTickets.statistics, { query: from ? { startDate: from } : {} });
  const { data, error, refresh, refreshing } = detail;
  const within: TicketFilters = from ? { from } : {};

  const bars = <K extends string>(
    counts: Partial<Record<K, number>>,
    labels: Readonly<Record<K, string>>,
    toneOf: (key: K) => Tone,
    filtersOf: (key: K) => TicketFilters,
  ) => {
    const rows = (Object.keys(labels) as K[]).filter((key) => (counts[key] ?? 0) > 0);
    const most = Math.max(1, ...rows.map((key) => counts[key] ?? 0));
    return (
      <Card className="statistics__bars">
        {rows.map((key) => (
          <Bar
            key={key}
            name={labels[key]}
            count={counts[key] ?? 0}
            part={(counts[key] ?? 0) / most}
            tone={toneOf(key)}
            onPress={() => drill({ ...within, ...filtersOf(key) }, labels[key])}
          />
        ))}
      </Card>
    );
  };

  return (
    <Page
      title={TITLE}
      home="/pages/tickets/index"
      banner={<ConnectionBanner offline={error?.offline} updatedAt={detail.updatedAt} />}
      onRefresh={() => void refresh()}
      refreshing={refreshing}
      top={
        <View className="statistics__period">
          <Chips options={PERIODS} value={period} onChange={(next) => next && setPeriod(next)} />
        </View>
      }
    >
      <View className="statistics">
        {!data && error && <ErrorState error={error} onRetry={() => void refresh()} pending={refreshing} />}
        {detail.loading && <DetailSkeleton />}
        {data && data.totalTickets === 0 && (
          <EmptyState icon="wrench" title="这段时间没有工单" hint="换个时间段看看" />
        )}
        {data && data.totalTickets > 0 && (
          <>
            <Card className="statistics__figures">
              <Figure
                name="工单"
                number={formatCount(data.totalTickets)}
                onPress={() => drill(within, '工单')}
              />
              <Figure
                name="超时"
                number={formatCount(data.overdueTickets)}
                tone={data.overdueTickets > 0 ? 'danger' : undefined}
                onPress={() => drill({ ...within, overdue: 'any' }, '超时')}
              />
              <Figure name="平均响应" number={hours(data.avgResponseTime)} unit="工作小时" />
              <Figure name="平均解决" number={hours(data.avgResolveTime)} unit="工作小时" />
              <Figure name="按时接单" number={percent(data.responseOnTime)} unit="%" />
              <Figure name="按时完工" number={percent(data.resolveOnTime)} unit="%" />
              <Figure
                name="在保"
                number={formatCount(data.warrantyTickets)}
                onPress={() => drill({ ...within, isUnderWarranty: true }, '在保')}
              />
              <Figure name="客户评分" number={hours(data.avgCustomerRating)} unit="/ 5" />
            </Card>
            <SectionHeader title="按状态" />
            {bars<ServiceTicketStatus>(
              data.byStatus,
              serviceTicketMachine.states,
              (status) => TICKET_STATUS_TONES[status],
              (status) => ({ status: [status] }),
            )}
            <SectionHeader title="按优先级" />
            {bars<TicketPriority>(
              data.byPriority,
              TICKET_PRIORITY_LABELS,
              (priority) => TICKET_PRIORITY_TONES[priority],
              (priority) => ({ priority: [priority] }),
            )}
            <SectionHeader title="按类型" />
            {bars<TicketType>(
              data.byType,
              TICKET_TYPE_LABELS,
              () => 'accent',
              (ticketType) => ({ ticketType: [ticketType] }),
            )}
            {data.byEngineer.length > 0 && (
              <>
                <SectionHeader title="按工程师" />
                <Card>
                  {data.byEngineer.map(({ engineer, total, open, avgResolveTime, avgCustomerRating }) => (
                    <Row
                      key={engineer.id}
                      leading={<Avatar name={engineer.name} />}
                      title={engineer.name}
                      detail={[
                        `在手 ${open}`,
                        avgResolveTime !== null && `平均解决 ${hours(avgResolveTime)} 小时`,
                        avgCustomerRating !== null && `评分 ${hours(avgCustomerRating)}`,
                      ]
                        .filter(Boolean)
                        .join(' · ')}
                      value={`${total}张`}
                      onPress={() => drill({ ...within, assignedTo: engineer.id }, engineer.name)}
                    />
                  ))}
                </Card>
              </>
            )}
            <Text className="statistics__note">
              时间从报修算起，只计工作日 9:00–18:00：响应到第一次接单，解决到完工。
            </Text>
          </>
        )}
      </View>
    </Page>
  );
}

interface FigureProps {
  name: string;
  number: string;
  unit?: string;
  tone?: 'danger' | undefined;
  /** Opens the list behind the number; an average has none. */
  onPress?: () => void;
}

function Figure({ name, number, unit, tone, onPress }: FigureProps) {
  const words = (
    <>
      <Text className={cx('statistics__number', tone && `statistics__number--${tone}`)}>
        {number}
        {unit && number !== '—' && <Text className="statistics__unit">{unit}</Text>}
      </Text>
      <Text className="statistics__name">{name}</Text>
    </>
  );
  if (!onPress) return <View className="statistics__figure">{words}</View>;
  return (
    <Press className="statistics__figure" label={`${name} ${number}，查看`} onPress={onPress}>
      {words}
    </Press>
  );
}

interface BarProps {
  name: string;
  count: number;
  /** Of the longest one. */
  part: number;
  tone: Tone;
  onPress: () => void;
}

function Bar({ name, count, part, tone, onPress }: BarProps) {
  return (
    <Press className="statistics__bar" label={`${name} ${count}，查看`} onPress={onPress}>
      <Text className="statistics__bar-name">{name}</Text>
      <View className="statistics__track">
        <View
          className={`statistics__fill statistics__fill--${tone}`}
          style={{ width: `${Math.round(part * 100)}%` }}
        />
      </View>
      <Text className="statistics__bar-count">{formatCount(count)}</Text>
    </Press>
  );
}
