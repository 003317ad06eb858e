import { Text, View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { serviceTicketMachine } from '#shared/service-tickets/machine.ts';
import { formatYuan } from '#shared/values/money.ts';
import { formatAbsolute } from '#shared/values/time.ts';
import { type Visit, visits } from '#shared/visits/contract.ts';
import { showDetail, useDetail } from '../../api/query';
import { ConnectionBanner } from '../../domain/connection-banner';
import { useNow } from '../../domain/use-now';
import {
  Card,
  DetailSkeleton,
  EmptyState,
  ErrorState,
  Icon,
  KeyValues,
  Page,
  SectionHeader,
  Timeline,
} from '../../ui';
import { AcceptForm } from './accept-form';
import './index.scss';
import { VisitProgress } from './progress';
import { RateForm } from './rate-form';

const TITLE = '服务进度';

/** `?token=`: what a customer sees and does by the link, without a login. */
export default function VisitPage() {
  const token = useRouter().params.token ?? '';
  const detail = useDetail(visits.get, { params: { token } }, { enabled: token !== '' });
  const { data, error, refresh, refreshing } = detail;

  if (token === '' || error?.status === 404) {
    return (
      <Page title={TITLE} home={null}>
        <EmptyState
          icon="clock"
          title="这个链接打不开"
          hint="可能已经过期，或者换了新的链接。请联系为您服务的人员，再发一个给您。"
        />
      </Page>
    );
  }
  return (
    <Page
      title={TITLE}
      home={null}
      banner={<ConnectionBanner offline={error?.offline} updatedAt={detail.updatedAt} />}
      onRefresh={() => void refresh()}
      refreshing={refreshing}
    >
      {data ? (
        <VisitView
          key={token}
          token={token}
          visit={data}
          onChanged={(next) => showDetail(visits.get, { params: { token } }, next)}
          onStale={() => void refresh()}
        />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refresh()} pending={refreshing} />
      ) : (
        <DetailSkeleton />
      )}
    </Page>
  );
}

interface VisitViewProps {
  token: string;
  visit: Visit;
  onChanged: (visit: Visit) => void;
  /** Somebody was faster: what is shown is no longer true. */
  onStale: () => void;
}

function VisitView({ token, visit, onChanged, onStale }: VisitViewProps) {
  const now = useNow();
  return (
    <View className="visit">
      <Card>
        <View className="visit__head">
          <Text className="visit__title">{visit.ticketTitle}</Text>
          <Text className="visit__status">{serviceTicketMachine.states[visit.status]}</Text>
          <VisitProgress status={visit.status} />
        </View>
        <KeyValues
          items={[
            { label: '客户', value: visit.customerName },
            { label: '工程师', value: visit.engineer },
            { label: '工单编号', value: visit.no },
          ]}
        />
      </Card>
      {visit.work && <WorkDone work={visit.work} />}
      {visit.canAccept && <AcceptForm token={token} onChanged={onChanged} onStale={onStale} />}
      {visit.canRate && <RateForm token={token} onChanged={onChanged} onStale={onStale} />}
      {visit.customerRating !== null && <Rated visit={visit} />}
      <SectionHeader title="经过" />
      <Card>
        <Timeline
          items={visit.steps
            .map(({ label, at }, index) => ({
              key: `${index}`,
              icon: 'check' as const,
              title: <Text>{label}</Text>,
              meta: formatAbsolute(at, now),
            }))
            .reverse()}
        />
      </Card>
      <Text className="visit__note">{`链接有效至 ${formatAbsolute(visit.expiresAt, now)}，请不要转发给无关的人`}</Text>
    </View>
  );
}

function WorkDone({ work }: { work: NonNullable<Visit['work']> }) {
  const free = work.isFree || work.totalCost === 0;
  return (
    <>
      <SectionHeader title="处理结果" />
      <Card>
        <KeyValues
          items={[
            { label: '原因', value: work.problemAnalysis },
            { label: '处理', value: work.solution },
            {
              label: '配件',
              value: work.replacedParts
                .map(({ partName, quantity }) => `${partName} ×${quantity}`)
                .join('，'),
            },
          ]}
        />
        <View className="visit__sum">
          <Text>费用</Text>
          <Text className="visit__price">{free ? '免费' : formatYuan(work.totalCost)}</Text>
        </View>
      </Card>
    </>
  );
}

function Rated({ visit: { customerRating, customerFeedback } }: { visit: Visit }) {
  return (
    <Card inset>
      <View className="visit__thanks" {...{ role: 'status' }}>
        <Icon name="circle-check" />
        <Text>谢谢您的评价</Text>
      </View>
      <Text className="visit__given" {...{ 'aria-label': `${customerRating}星` }}>
        {'★'.repeat(customerRating ?? 0)}
      </Text>
      {customerFeedback && <Text className="visit__words">{customerFeedback}</Text>}
    </Card>
  );
}
