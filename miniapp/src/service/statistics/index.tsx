import { View } from '@tarojs/components';
import { useState } from 'react';
import { serviceTickets, TICKET_TYPE_LABELS, type TicketFilters } from '#shared/service-tickets/contract.ts';
import { serviceTicketMachine } from '#shared/service-tickets/machine.ts';
import { TICKET_PRIORITY_LABELS } from '#shared/service-tickets/sla.ts';
import { formatCount } from '#shared/values/number.ts';
import { addDays, dateOf, startOfMonth, startOfWeek } from '#shared/values/time.ts';
import { useDetail } from '../../api/query';
import { ConnectionBanner } from '../../domain/connection-banner';
import { Guarded } from '../../domain/guarded';
import { TICKET_PRIORITY_TONES, TICKET_STATUS_TONES } from '../../domain/labels';
import { openTickets } from '../../domain/list-views';
import { Figure, FigureCard, ShareBars, StatisticsBody, StatisticsNote } from '../../domain/statistics';
import { useNow } from '../../domain/use-now';
import { Avatar, Card, Chips, EmptyState, Page, Row, SectionHeader } from '../../ui';
import './index.scss';

const TITLE = '工单统计';
const PERIODS = [
  { value: 'week', label: '本周' },
  { value: 'month', label: '本月' },
  { value: '90', label: '近90天' },
  { value: 'all', label: '全部' },
] as const;
type Period = (typeof PERIODS)[number]['value'];

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
  const detail = useDetail(
    serviceTickets.statistics,
    { query: from ? { startDate: from } : {} },
    { always: true },
  );
  const { error, refresh, refreshing } = detail;
  const within: TicketFilters = from ? { from } : {};

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
      <StatisticsBody detail={detail}>
        {(data) =>
          data.totalTickets === 0 ? (
            <EmptyState icon="wrench" title="这段时间没有工单" hint="换个时间段看看" />
          ) : (
            <>
              <FigureCard>
                <Figure
                  name="工单"
                  number={formatCount(data.totalTickets)}
                  onPress={() => openTickets(within, '工单')}
                />
                <Figure
                  name="超时"
                  number={formatCount(data.overdueTickets)}
                  tone={data.overdueTickets > 0 ? 'danger' : undefined}
                  onPress={() => openTickets({ ...within, overdue: 'any' }, '超时')}
                />
                <Figure name="平均响应" number={hours(data.avgResponseTime)} unit="工作小时" />
                <Figure name="平均解决" number={hours(data.avgResolveTime)} unit="工作小时" />
                <Figure name="按时接单" number={percent(data.responseOnTime)} unit="%" />
                <Figure name="按时完工" number={percent(data.resolveOnTime)} unit="%" />
                <Figure
                  name="在保"
                  number={formatCount(data.warrantyTickets)}
                  onPress={() => openTickets({ ...within, isUnderWarranty: true }, '在保')}
                />
                <Figure name="客户评分" number={hours(data.avgCustomerRating)} unit="/ 5" />
              </FigureCard>
              <SectionHeader title="按状态" />
              <ShareBars
                labels={serviceTicketMachine.states}
                countOf={(status) => data.byStatus[status] ?? 0}
                toneOf={(status) => TICKET_STATUS_TONES[status]}
                onOpen={(status) =>
                  openTickets({ ...within, status: [status] }, serviceTicketMachine.states[status])
                }
              />
              <SectionHeader title="按优先级" />
              <ShareBars
                labels={TICKET_PRIORITY_LABELS}
                countOf={(priority) => data.byPriority[priority] ?? 0}
                toneOf={(priority) => TICKET_PRIORITY_TONES[priority]}
                onOpen={(priority) =>
                  openTickets({ ...within, priority: [priority] }, TICKET_PRIORITY_LABELS[priority])
                }
              />
              <SectionHeader title="按类型" />
              <ShareBars
                labels={TICKET_TYPE_LABELS}
                countOf={(ticketType) => data.byType[ticketType] ?? 0}
                toneOf={() => 'accent'}
                onOpen={(ticketType) =>
                  openTickets({ ...within, ticketType: [ticketType] }, TICKET_TYPE_LABELS[ticketType])
                }
              />
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
                        onPress={() => openTickets({ ...within, assignedTo: engineer.id }, engineer.name)}
                      />
                    ))}
                  </Card>
                </>
              )}
              <StatisticsNote>
                时间从报修算起，只计工作日 9:00–18:00：响应到第一次接单，解决到完工。
              </StatisticsNote>
            </>
          )
        }
      </StatisticsBody>
    </Page>
  );
}
