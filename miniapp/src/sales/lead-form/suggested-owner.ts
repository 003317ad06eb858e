import { useEffect, useState } from 'react';
import { pool } from '#shared/pool/contract.ts';
import { useOnline } from '../../api/online';
import { useDetail } from '../../api/query';

const WAIT = 400;

interface Place {
  readonly province: string;
  readonly city: string;
}

/** Whose turn it would be for a place. */
export interface Suggestion {
  readonly owner: { readonly id: string; readonly name: string } | null;
  /** Without a network there is none: the server's own rule then says who follows. */
  readonly offline: boolean;
}

/** Whose turn it is for the place that is being typed. */
export function useSuggestedOwner(enabled: boolean, { province, city }: Place): Suggestion {
  const [place, setPlace] = useState({ province, city });
  useEffect(() => {
    const timer = setTimeout(() => setPlace({ province, city }), WAIT);
    return () => clearTimeout(timer);
  }, [province, city]);
  const query = {
    ...(place.province.trim() ? { province: place.province.trim().slice(0, 20) } : {}),
    ...(place.city.trim() ? { city: place.city.trim().slice(0, 20) } : {}),
  };
  const { data, error } = useDetail(pool.suggestedOwner, { query }, { enabled });
  const offline = !useOnline() || Boolean(error?.offline);
  // What the device kept may be somebody's turn of last week.
  return { owner: (enabled && !offline && !error && data?.owner) || null, offline };
}
