import type { CurrentUser, Session } from '#shared/auth/contract.ts';
import type { TransportAnswer, TransportRequest } from './call';
import { TransportFailure } from './call';
import type { Timers } from './drafts';
import type { TextStore } from './storage';

/** A phone's storage; what is in it survives a "restart" of the code above it. */
export function memoryStore(): TextStore & { full: boolean } {
  const entries = new Map<string, string>();
  return {
    full: false,
    get: (key) => entries.get(key) ?? null,
    set(key, text) {
      if (this.full) throw new Error('quota');
      entries.set(key, text);
    },
    remove: (key) => entries.delete(key),
    keys: () => [...entries.keys()],
  };
}

/** A clock that moves when it is told to. */
export function manualTimers(start = Date.parse('2026-11-20T01:00:00.000Z')) {
  let now = start;
  const pending: { at: number; run: () => void }[] = [];
  const timers: Timers = {
    now: () => now,
    after(ms, run) {
      const entry = { at: now + ms, run };
      pending.push(entry);
      return () => {
        const at = pending.indexOf(entry);
        if (at >= 0) pending.splice(at, 1);
      };
    },
  };
  return {
    timers,
    async advance(ms: number) {
      const end = now + ms;
      for (;;) {
        const next = pending.filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        pending.splice(pending.indexOf(next), 1);
        now = next.at;
        next.run();
        await settled();
      }
      now = end;
      await settled();
    },
  };
}

/** Lets everything that is already decided happen. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

type Reply = TransportAnswer | TransportFailure | Promise<TransportAnswer | TransportFailure>;

/** A network that answers from a script and remembers what was asked. */
export function scriptedTransport(reply: (request: TransportRequest, index: number) => Reply) {
  const requests: TransportRequest[] = [];
  return {
    requests,
    async transport(request: TransportRequest): Promise<TransportAnswer> {
      requests.push(request);
      const answer = await reply(request, requests.length - 1);
      if (answer instanceof TransportFailure) throw answer;
      return answer;
    },
  };
}

export const ok = (data: unknown): TransportAnswer => ({
  status: 200,
  text: JSON.stringify({ success: true, code: 200, message: '成功', data, timestamp: '' }),
});

export const refusal = (status: number, errorCode: string, extra: object = {}): TransportAnswer => ({
  status,
  text: JSON.stringify({
    success: false,
    code: status,
    message: `${errorCode} 的说明`,
    errors: null,
    errorCode,
    requestId: 'r-1',
    timestamp: '',
    ...extra,
  }),
});

export const noNetwork = () => new TransportFailure('network');

const person = (id: string): CurrentUser => ({
  id,
  username: id,
  name: id,
  mobile: null,
  email: null,
  departmentName: null,
  roles: [],
  permissions: { 'leads.create': 'all' },
  wechatBound: false,
  mustChangePassword: false,
  version: 1,
});

export const login = (id: string, generation = 1): Session => ({
  accessToken: `access-${id}-${generation}`,
  refreshToken: `refresh-${id}-${generation}`,
  user: person(id),
});
