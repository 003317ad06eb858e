import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import { type CalendarDate, dateOf } from '#shared/values/time.ts';
import { type SpecialDay, workdays } from '#shared/workdays/contract.ts';
import { useDetail } from '../../api/query';
import { ConnectionBanner } from '../../domain/connection-banner';
import { Guarded } from '../../domain/guarded';
import { useNow } from '../../domain/use-now';
import {
  Banner,
  Card,
  Chips,
  cx,
  EmptyState,
  ErrorState,
  FloatingButton,
  Icon,
  ListSkeleton,
  Page,
  Row,
  SectionHeader,
  StatusTag,
} from '../../ui';
import { DaySheet } from './day-sheet';
import { byMonth, type Span, spanName, spansOf } from './special-days';
import '../notice.scss';
import './index.scss';

const TITLE = '工作日历';

export default function WorkdaysPage() {
  return (
    <Guarded title={TITLE} permission="reminders.manage">
      {() => <Workdays />}
    </Guarded>
  );
}

/** The days on which the company works or rests otherwise than Monday to Friday. */
function Workdays() {
  const today = dateOf(useNow());
  const thisYear = Number(today.slice(0, 4));
  const [year, setYear] = useState(thisYear);
  const { data, error, refresh, refreshing, updatedAt } = useDetail(workdays.list, { query: { year } });
  const [showsPast, setShowsPast] = useState(false);
  /** Which of our own days the sheet is about; `new` for another one. */
  const [editing, setEditing] = useState<SpecialDay | 'new' | null>(null);
  const spans = spansOf(data?.list ?? []);
  const past = spans.filter(({ to }) => to < today);
  const coming = spans.filter(({ to }) => to >= today);
  const years = [thisYear, thisYear + 1].map((each) => ({ value: String(each), label: `${each}年` }));
  return (
    <Page
      title={TITLE}
      home="/pages/me/index"
      top={
        <View className="workdays-top">
          <Chips options={years} value={String(year)} onChange={(next) => setYear(Number(next))} />
        </View>
      }
      banner={<ConnectionBanner offline={error?.offline} updatedAt={updatedAt} />}
      floating={
        data && data.list.length > 0 && <FloatingButton label="调整一天" onPress={() => setEditing('new')} />
      }
      onRefresh={() => void refresh()}
      refreshing={refreshing}
      resetKey={String(year)}
    >
      <View className="workdays">
        {data?.published === false && (
          <View className="notice workdays__unknown">
            <Banner icon="calendar">法定节假日还没有公布，只按周一到周五算，请自己调整</Banner>
          </View>
        )}
        {!data ? (
          error ? (
            <ErrorState error={error} onRetry={() => void refresh()} pending={refreshing} />
          ) : (
            <ListSkeleton />
          )
        ) : data.list.length === 0 ? (
          <EmptyState
            icon="calendar"
            title={`${year}年还没有特别的日子`}
            hint="周一到周五上班，周末休息。放假和调休可以先自己加上"
            action="调整一天"
            onAction={() => setEditing('new')}
          />
        ) : (
          <>
            {past.length > 0 && (
              <Card className="workdays__before">
                <Row
                  title="已经过去的"
                  value={`${past.length}段`}
                  trailing={<Icon name="chevron-down" size="s" className={cx(showsPast && 'workdays__up')} />}
                  onPress={() => setShowsPast(!showsPast)}
                />
              </Card>
            )}
            {byMonth(showsPast ? spans : coming).map((month) => (
              <View key={month.month}>
                <SectionHeader title={`${month.month}月`} />
                <Card>
                  {month.spans.map((span) => (
                    <SpanRow
                      key={span.from}
                      span={span}
                      today={today}
                      onPress={span.override ? () => setEditing(span.override) : undefined}
                    />
                  ))}
                </Card>
              </View>
            ))}
            {coming.length === 0 && (
              <Text className="workdays__none">{`${year}年后面的日子都照常：周一到周五上班，周末休息`}</Text>
            )}
          </>
        )}
      </View>
      {editing && (
        <DaySheet
          key={editing === 'new' ? 'new' : editing.date}
          day={editing === 'new' ? null : editing}
          year={year}
          today={today}
          known={data?.list ?? []}
          onClose={() => setEditing(null)}
        />
      )}
    </Page>
  );
}

interface SpanRowProps {
  span: Span;
  today: CalendarDate;
  onPress: (() => void) | undefined;
}

function SpanRow({ span, today, onPress }: SpanRowProps) {
  const { to, days, workday, note, override } = span;
  return (
    <Row
      leading={<StatusTag tone={workday ? 'warning' : 'success'}>{workday ? '班' : '休'}</StatusTag>}
      title={<Text className={cx(to < today && 'workdays__past')}>{spanName(span)}</Text>}
      detail={[
        workday && !override ? `${note}调休` : note,
        ...(days > 1 ? [`${days}天`] : []),
        ...(to < today ? ['已过'] : []),
      ].join(' · ')}
      {...(override ? { value: '公司调整' } : {})}
      onPress={onPress}
    />
  );
}
