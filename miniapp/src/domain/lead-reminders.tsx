import { Text, View } from '@tarojs/components';
import { useEffect, useRef } from 'react';
import type { LeadDetail } from '#shared/leads/contract.ts';
import { isOpenLead } from '#shared/leads/machine.ts';
import { reminders } from '#shared/reminders/contract.ts';
import type { Instant } from '#shared/values/time.ts';
import { useDetail } from '../api/query';
import { Card, Icon, Press, SectionHeader } from '../ui';
import './lead-reminders.scss';

/** Who is reminded of a lead when, while somebody follows it. */
export function LeadReminders({ lead }: { lead: LeadDetail }) {
  if (!lead.owner || !isOpenLead(lead.status)) return null;
  return <Reminders lead={lead} />;
}

function Reminders({ lead }: { lead: LeadDetail }) {
  const { data, error, refresh, refreshing } = useDetail(reminders.preview, { params: { id: lead.id } });
  // A follow-up, another owner or another intention moves them all.
  const state = `${lead.version} ${lead.nextDueAt}`;
  const seen = useRef(state);
  useEffect(() => {
    if (seen.current !== state) void refresh();
    seen.current = state;
  }, [state, refresh]);
  return (
    <>
      <SectionHeader title="提醒" />
      <Card inset>
        {data ? (
          <>
            <Text className="lead-reminders__why">{data.words}</Text>
            {data.list.map((expectation) => (
              <Line key={expectation.tier} {...expectation} />
            ))}
          </>
        ) : error && !refreshing ? (
          <Press className="lead-reminders__failed" label="没有读出提醒，重试" onPress={() => void refresh()}>
            <Text>没有读出提醒，点一下重试</Text>
          </Press>
        ) : (
          <Text className="lead-reminders__why lead-reminders__why--loading">正在看什么时候提醒谁…</Text>
        )}
      </Card>
    </>
  );
}

function Line({ words, saidAt }: { words: string; saidAt: Instant | null }) {
  return (
    <View className="lead-reminders__line">
      <Icon name={saidAt ? 'check' : 'bell'} size="s" />
      <Text className="lead-reminders__words">{words}</Text>
    </View>
  );
}
