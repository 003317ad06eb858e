import Taro from '@tarojs/taro';
import type { Reach } from '#shared/access/permissions.ts';
import type { CurrentUser } from '#shared/auth/contract.ts';
import { SOURCE_LABELS } from '#shared/customers/draft.ts';
import { INTENTION_LABELS, type LeadFilters } from '#shared/leads/contract.ts';
import { type LeadCount, statistics } from '#shared/statistics/contract.ts';
import { formatCount } from '#shared/values/number.ts';
import { dateOf, formatDay } from '#shared/values/time.ts';
import { useDetail } from '../../api/query';
import { may, reachOf } from '../../api/session';
import { ConnectionBanner } from '../../domain/connection-banner';
import { Guarded } from '../../domain/guarded';
import { INTENTION_TONES, intentionLabel } from '../../domain/labels';
import { openLeads } from '../../domain/list-views';
import { Figure, FigureCard, ShareBars, StatisticsBody, StatisticsNote } from '../../domain/statistics';
import { useNow } from '../../domain/use-now';
import { EmptyState, Page, SectionHeader } from '../../ui';
import { Trend } from './trend';

const TITLE = '线索概览';
const create = () => void Taro.navigateTo({ url: '/sales/lead-form/index' });

/** The list whose total a count is. */
const drill = ({ filters }: Pick<LeadCount, 'filters'>, title: string) =>
  openLeads(filters as LeadFilters, title);

const WHOSE: Readonly<Record<Reach, string>> = { own: '我', department: '本部门', all: '全公司' };

/** Which leads somebody sees, and so which are counted: `本部门跟进、登记的线索，和公海`. */
function scopeWords(user: CurrentUser): string {
  const followed = reachOf(user, 'leads.read') ?? 'own';
  if (followed === 'all') return '全公司的线索';
  const registered = reachOf(user, 'leads.registered');
  const held =
    registered === followed
      ? `${WHOSE[followed]}跟进、登记的线索`
      : `${WHOSE[followed]}跟进的线索${registered ? `，${WHOSE[registered]}登记的` : ''}`;
  return may(user, 'leads.pool') ? `${held}，和公海` : held;
}

export default function OverviewPage() {
  return (
    <Guarded title={TITLE} permission="leads.read">
      {(user) => <Overview user={user} />}
    </Guarded>
  );
}

function Overview({ user }: { user: CurrentUser }) {
  const today = dateOf(useNow());
  const detail = useDetail(statistics.leadsOverview, {}, { always: true });
  const { error, refresh, refreshing, updatedAt } = detail;
  return (
    <Page
      title={TITLE}
      home="/pages/leads/index"
      banner={<ConnectionBanner offline={error?.offline} updatedAt={updatedAt} />}
      onRefresh={() => void refresh()}
      refreshing={refreshing}
    >
      <StatisticsBody detail={detail}>
        {(data) => {
          const { totalLeads, recentAdditions, last15DaysTrend, followup, todayStats } = data;
          // An answer that was kept may be of another day.
          const day = formatDay(data.date, today);
          const count = (name: string, counted: LeadCount) => (
            <Figure name={name} number={formatCount(counted.count)} onPress={() => drill(counted, name)} />
          );
          if (totalLeads.count === 0) {
            return (
              <EmptyState
                icon="flame"
                title="还没有线索"
                hint={`这里会统计${scopeWords(user)}`}
                {...(may(user, 'leads.create') ? { action: '登记线索', onAction: create } : {})}
              />
            );
          }
          return (
            <>
              <StatisticsNote>{scopeWords(user)}</StatisticsNote>
              <FigureCard>
                {count('全部线索', totalLeads)}
                {count(`${day}新增`, recentAdditions.today)}
                {count('本周新增', recentAdditions.thisWeek)}
                {count('本月新增', recentAdditions.thisMonth)}
              </FigureCard>
              <Trend days={last15DaysTrend} today={today} onOpen={drill} />
              <SectionHeader title="跟进与结果" />
              <FigureCard>
                {count(`${day}跟进的线索`, todayStats.followedLeads)}
                <Figure name={`${day}写的跟进`} number={formatCount(todayStats.followupRecords.count)} />
                {count('本周跟进的线索', followup.thisWeekLeadCount)}
                <Figure name="本周写的跟进" number={formatCount(followup.thisWeekRecordCount.count)} />
                {count(`${day}转化`, todayStats.dealLeads)}
                {count(`${day}关闭`, todayStats.endedLeads)}
              </FigureCard>
              <SectionHeader title="意向" />
              <ShareBars
                labels={INTENTION_LABELS}
                countOf={(intention) => data.intentionDistribution[intention].count}
                toneOf={(intention) => INTENTION_TONES[intention]}
                onOpen={(intention) =>
                  drill(data.intentionDistribution[intention], intentionLabel(intention))
                }
              />
              <SectionHeader title="来源" />
              <ShareBars
                labels={SOURCE_LABELS}
                countOf={(source) => data.platformDistribution[source].count}
                toneOf={() => 'accent'}
                onOpen={(source) => drill(data.platformDistribution[source], SOURCE_LABELS[source])}
                ranked
              />
              <StatisticsNote>
                全部线索包括已转化和已关闭的。新增按登记的日子算，跟进按写下的日子算，一周从周一开始。
              </StatisticsNote>
            </>
          );
        }}
      </StatisticsBody>
    </Page>
  );
}
