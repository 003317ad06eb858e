import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useEffect, useRef } from 'react';
import type { LeadDetail } from '#shared/leads/contract.ts';
import { isOpenLead } from '#shared/leads/machine.ts';
import { pool } from '#shared/pool/contract.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { useDetail } from '../api/query';
import { may, useSession } from '../api/session';
import { Card, Icon, Press, SectionHeader } from '../ui';
import { useNow } from './use-now';
import './lead-reminders.scss';
import './lead-pool.scss';

const inPool = (lead: LeadDetail) => lead.owner === null && isOpenLead(lead.status);

function useClock(lead: LeadDetail, enabled: boolean) {
  return useDetail(pool.clock, { params: { id: lead.id } }, { enabled });
}

/** Which rule keeps the reader from claiming this lead now, and until when; null: none that is known of. */
export function useClaimRefusal(lead: LeadDetail): string | null {
  const { data } = useClock(lead, inPool(lead) && lead.deletedAt === null);
  if (!inPool(lead) || !data?.claim || data.claim.allowed) return null;
  return data.claim.words;
}

/** Above the button that it bars. */
export function ClaimRefusal({ children }: { children: string }) {
  return (
    <View className="claim-refusal" {...{ role: 'status' }}>
      <Icon name="circle-alert" size="s" />
      <Text className="claim-refusal__words">{children}</Text>
    </View>
  );
}

/** Which rule of the pool takes a lead when, or why none does; of a lead in the pool, whether the reader may claim it. */
export function LeadPoolClock({ lead }: { lead: LeadDetail }) {
  if (!isOpenLead(lead.status) || lead.deletedAt !== null) return null;
  return <Clock lead={lead} />;
}

function Clock({ lead }: { lead: LeadDetail }) {
  const now = useNow();
  const user = useSession()?.user;
  const { data, error, refresh, refreshing } = useClock(lead, true);
  // A follow-up, another owner or another intention moves it.
  const state = `${lead.version} ${lead.owner?.id} ${lead.lastFollowUpAt}`;
  const seen = useRef(state);
  useEffect(() => {
    if (seen.current !== state) void refresh();
    seen.current = state;
  }, [state, refresh]);
  const rules = may(user, 'pool.check') && {
    action: '看规则',
    onAction: () => void Taro.navigateTo({ url: '/admin/pool-rules/index' }),
  };
  return (
    <>
      <SectionHeader title="公海规则" {...(rules || {})} />
      <Card inset>
        {data ? (
          <>
            <Text className="lead-reminders__why">{data.words}</Text>
            {data.warnAt.map((at) => (
              <Warning key={at} at={at} now={now} />
            ))}
          </>
        ) : error && !refreshing ? (
          <Press
            className="lead-reminders__failed"
            label="没有读出公海规则，重试"
            onPress={() => void refresh()}
          >
            <Text>没有读出公海规则，点一下重试</Text>
          </Press>
        ) : (
          <Text className="lead-reminders__why lead-pool__loading">正在看哪条规则管它…</Text>
        )}
      </Card>
    </>
  );
}

function Warning({ at, now }: { at: Instant; now: Instant }) {
  const past = at <= now;
  return (
    <View className="lead-reminders__line">
      <Icon name={past ? 'check' : 'bell'} size="s" />
      <Text className="lead-reminders__words">
        {past ? `${formatAbsolute(at, now)} 起已提醒跟进人` : `${formatAbsolute(at, now)} 提醒跟进人`}
      </Text>
    </View>
  );
}
