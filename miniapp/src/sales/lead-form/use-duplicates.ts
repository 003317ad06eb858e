import { useDidShow } from '@tarojs/taro';
import { useEffect, useState } from 'react';
import type { customers } from '#shared/customers/contract.ts';
import type { Duplicate } from '#shared/duplicates/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { normalizePhone } from '#shared/values/phone.ts';
import { call } from '../../api/call';

const QUIET_MS = 500;
const SHORTEST_NAME = 2;
const SHORTEST_WECHAT = 5;

interface Asked {
  readonly customerName: string;
  readonly phone: string;
  readonly wechat: string;
}

const NONE: readonly Duplicate[] = [];

/**
 * Who may be the same customer, while somebody types, and again on return: it may have been merged meanwhile. Never in
 * the way: without a network it says nothing.
 * @param exceptId the record being edited
 */
export function useDuplicates(
  { customerName, phone, wechat }: Asked,
  exceptId?: string,
  endpoint: typeof leads.duplicates | typeof customers.duplicates = leads.duplicates,
): readonly Duplicate[] {
  const [found, setFound] = useState(NONE);
  const [shown, setShown] = useState(0);
  useDidShow(() => setShown((times) => times + 1));
  const name = customerName.trim().length >= SHORTEST_NAME ? customerName.trim() : undefined;
  const number = normalizePhone(phone) ?? undefined;
  const handle = wechat.trim().length >= SHORTEST_WECHAT ? wechat.trim() : undefined;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `shown` asks again
  useEffect(() => {
    if (!name && !number && !handle) {
      setFound(NONE);
      return undefined;
    }
    const controller = new AbortController();
    const timer = setTimeout(() => {
      call(
        endpoint,
        { body: { customerName: name, phone: number, wechat: handle, exceptId } },
        { signal: controller.signal },
      ).then(
        ({ list }) => setFound(list),
        () => {},
      );
    }, QUIET_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [name, number, handle, exceptId, endpoint, shown]);

  return found;
}
