import { Text, View } from '@tarojs/components';
import { type ReactNode, useState } from 'react';
import type { Answer, EndpointDefinition } from '#shared/http/endpoint.ts';
import type { TimelineEntry } from '#shared/timeline/contract.ts';
import { type DetailResult, type ListResult, useDetail, useList } from '../api/query';
import {
  Banner,
  Card,
  cx,
  DetailSkeleton,
  EmptyState,
  ErrorState,
  Icon,
  type KeyValue,
  KeyValues,
  Press,
} from '../ui';
import { ConnectionBanner } from './connection-banner';
import './record-view.scss';

/** A record of which a page shows everything. */
export interface Opened<T, E = TimelineEntry> {
  detail: DetailResult<T>;
  timeline: ListResult<E>;
  refresh: () => void;
}

/** A record with what happened to it. */
export function useRecord<G extends EndpointDefinition>(
  endpoints: { readonly get: G; readonly timeline: EndpointDefinition },
  id: string,
): Opened<Answer<G>> {
  const enabled = id !== '';
  const detail = useDetail(endpoints.get, { params: { id } } as never, { enabled });
  const timeline = useList(endpoints.timeline, {} as never, { params: { id } as never, enabled });
  return {
    detail,
    timeline: timeline as unknown as ListResult<TimelineEntry>,
    refresh: () => {
      void detail.refresh();
      void timeline.refresh();
    },
  };
}

/** What a page, or the pane beside the list, arranges. */
export interface RecordParts {
  title: string;
  banner: ReactNode;
  body: ReactNode;
  footer: ReactNode;
}

interface RecordViewProps<T> {
  record: Opened<T, unknown>;
  title: string;
  onGone: () => void;
  parts: (parts: RecordParts) => ReactNode;
  children: (data: T) => ReactNode;
}

/** A record, or why there is none. */
export function RecordView<T>({ record, title, onGone, parts, children }: RecordViewProps<T>) {
  const { data } = record.detail;
  if (data) return <>{children(data)}</>;
  const body = <RecordPlaceholder detail={record.detail} onRetry={record.refresh} onGone={onGone} />;
  return <>{parts({ title, banner: null, body, footer: null })}</>;
}

interface RecordPlaceholderProps {
  detail: Pick<DetailResult<unknown>, 'error' | 'refreshing'>;
  onRetry: () => void;
  onGone: () => void;
  /** Why one that was there may not be any more. */
  hint?: string;
}

/** In place of a record: that it is being read, or why there is none. */
export function RecordPlaceholder({
  detail: { error, refreshing },
  onRetry,
  onGone,
  hint = '可能已被删除，或转给了别人',
}: RecordPlaceholderProps) {
  if (error?.status === 404)
    return <EmptyState icon="eye-off" title={error.message} hint={hint} action="返回" onAction={onGone} />;
  if (error) return <ErrorState error={error} onRetry={onRetry} pending={refreshing} />;
  return (
    <View className="record-detail">
      <DetailSkeleton />
    </View>
  );
}

/** In place of the record of a link that names none. `what`: `这条线索`. */
export function IncompleteLink({ what, onGone }: { what: string; onGone: () => void }) {
  return (
    <EmptyState
      icon="search"
      title="链接不完整"
      hint={`从列表里重新打开${what}`}
      action="返回"
      onAction={onGone}
    />
  );
}

interface RecordBannerProps {
  /** What somebody else changed, so that what was tried did not happen. */
  conflict: string | null;
  onSeen: () => void;
  detail: Pick<DetailResult<unknown>, 'error' | 'updatedAt'>;
}

export function RecordBanner({ conflict, onSeen, detail }: RecordBannerProps) {
  if (conflict === null)
    return <ConnectionBanner offline={detail.error?.offline} updatedAt={detail.updatedAt} />;
  return (
    <Banner tone="warning" action="知道了" onAction={onSeen}>
      {conflict}
    </Banner>
  );
}

/** What somebody else made of a record, and that mine did not happen. */
export function staleWords(
  what: string,
  tried: string,
  fields: readonly (readonly [label: string, before: string, after: string | null])[],
): string {
  const changes = fields
    .filter(([, before, after]) => after !== null && before !== after)
    .map(([label, before, after]) => `${label} ${before} → ${after}`)
    .join('，');
  return `刚刚有人改过${changes ? `：${changes}` : what}。你的“${tried}”没有保存，看一眼再决定`;
}

/** The facts people look for, and all of them on demand. */
export function RecordFacts({ first, rest }: { first: readonly KeyValue[]; rest: readonly KeyValue[] }) {
  const [all, setAll] = useState(false);
  return (
    <Card>
      <KeyValues items={all ? [...first, ...rest] : first} />
      <Press
        className="record-facts__more"
        label={all ? '收起资料' : '全部资料'}
        onPress={() => setAll(!all)}
      >
        <Text>{all ? '收起' : '全部资料'}</Text>
        <Icon
          name="chevron-down"
          size="s"
          className={cx('record-facts__arrow', all && 'record-facts__arrow--up')}
        />
      </Press>
    </Card>
  );
}
