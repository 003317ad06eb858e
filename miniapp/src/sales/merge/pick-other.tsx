import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import { MATCH_LABELS } from '#shared/duplicates/contract.ts';
import { type LeadDetail, leads } from '#shared/leads/contract.ts';
import { useDetail, useList } from '../../api/query';
import { may, useSession } from '../../api/session';
import { statusLabel } from '../../domain/labels';
import { Card, EmptyState, ErrorState, ListSkeleton, Page, Row, SearchBar } from '../../ui';

interface PickOtherProps {
  lead: LeadDetail;
  title: string;
  onPick: (id: string) => void;
}

interface Choice {
  readonly id: string;
  readonly customerName: string;
  readonly detail: string;
}

/** Which other lead is the same customer: those that look like it, or any that is searched for. */
export function PickOther({ lead, title, onPick }: PickOtherProps) {
  const [keyword, setKeyword] = useState('');
  const checks = may(useSession()?.user, 'leads.create');
  const { contactMasked, customerName, phone, wechat } = lead;
  const asked = {
    customerName,
    exceptId: lead.id,
    ...(contactMasked ? {} : { phone: phone ?? undefined, wechat: wechat ?? undefined }),
  };
  const alike = useDetail(leads.duplicates, { body: asked }, { enabled: checks });
  const found = useList(leads.list, { keyword }, { enabled: keyword !== '' });
  const owner = (name: string | null) => (name ? `${name}跟进` : '在公海');
  const suggested: Choice[] = (alike.data?.list ?? []).flatMap((each) =>
    each.entity === 'lead' && each.id && each.status
      ? [
          {
            id: each.id,
            customerName: each.customerName,
            detail: [
              each.no,
              each.matchedOn.map((match) => MATCH_LABELS[match]).join('、'),
              statusLabel(each.status),
              owner(each.ownerName),
            ].join(' · '),
          },
        ]
      : [],
  );
  const searched: Choice[] = found.rows
    .filter(({ id }) => id !== lead.id)
    .map((each) => ({
      id: each.id,
      customerName: each.customerName,
      detail: [each.no, statusLabel(each.status), owner(each.owner?.name ?? null)].join(' · '),
    }));
  const searching = keyword !== '';
  const choices = searching ? searched : suggested;
  const loading = searching ? found.loading : checks && alike.loading;
  const { error, refresh } = searching ? found : alike;
  return (
    <Page
      title={title}
      onReachEnd={searching ? found.loadMore : undefined}
      top={
        <View className="merge__search">
          <SearchBar value={keyword} placeholder="搜索要并入的线索" onSearch={setKeyword} />
        </View>
      }
    >
      <View className="merge">
        <Text className="merge__foot">{`选一条和“${customerName}”重复的线索`}</Text>
        {loading ? (
          <ListSkeleton rows={3} />
        ) : error && choices.length === 0 ? (
          <ErrorState error={error} onRetry={() => void refresh()} />
        ) : choices.length === 0 ? (
          <EmptyState
            icon="search"
            title={searching ? `没有找到“${keyword}”` : '没有看起来重复的线索'}
            hint="可以按名称、电话、微信搜索"
          />
        ) : (
          <Card>
            {choices.map((each) => (
              <Row
                key={each.id}
                title={each.customerName}
                detail={each.detail}
                onPress={() => onPick(each.id)}
              />
            ))}
          </Card>
        )}
      </View>
    </Page>
  );
}
