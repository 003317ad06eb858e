import type { ComponentProps } from 'react';
import { pool } from '#shared/pool/contract.ts';
import { useDetail } from '../api/query';
import { LeadCard } from './lead-card';

/** A lead among those that the pool is about to take: its card says when. */
export function SoonRecycledCard(props: Omit<ComponentProps<typeof LeadCard>, 'recycleAt'>) {
  const { data } = useDetail(pool.clock, { params: { id: props.lead.id } });
  return <LeadCard {...props} recycleAt={data?.recycleAt} />;
}
