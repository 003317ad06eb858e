import {
  type InfiniteData,
  keepPreviousData,
  type QueryKey,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type Answer, type CallInput, type EndpointDefinition, urlOf } from '#shared/http/endpoint.ts';
import { idempotencyKey } from '#shared/values/id.ts';
import { ApiError, call } from './call';
import { createAnswerCache } from './core/answer-cache';
import { storage } from './platform';
import { queryClient } from './query-client';
import { currentUser, sessionStore } from './session';

const userId = () => currentUser()?.id ?? null;
const cache = createAnswerCache(storage, userId, () => Date.now());

type Named = Pick<EndpointDefinition, 'method' | 'path'>;
const nameOf = ({ method, path }: Named) => `${method} ${path}`;

/** Forgets what one person has read as soon as another one signs in, or nobody is signed in. */
export function startQueryCache(): void {
  let before = userId();
  sessionStore.subscribe(() => {
    const now = userId();
    if (now === before) return;
    // A session that ended may be resumed by the same person, with the pages still open.
    if (now !== null && before !== null) cache.clear();
    if (now !== null) {
      before = now;
      queryClient.clear();
    }
  });
}

/** Reads an endpoint anew wherever it is shown; the others when they are opened next. */
export function refreshAll(...endpoints: readonly Named[]): Promise<void> {
  const names = endpoints.map(nameOf);
  return queryClient.invalidateQueries({ predicate: ({ queryKey }) => names.includes(String(queryKey[0])) });
}

/** Forgets everything that was read, on the screen and on the device. */
export function forgetAnswers(): void {
  queryClient.clear();
  cache.clear();
}

const toApiError = (error: unknown): ApiError | null => {
  if (error === null || error === undefined) return null;
  if (error instanceof ApiError) return error;
  return new ApiError({ code: 'INTERNAL', status: 0, message: '页面出了点问题，请重试' });
};

type ListAnswer = {
  readonly list: readonly unknown[];
  readonly nextCursor?: string | null;
  readonly pagination?: {
    readonly total: number;
    readonly capped?: boolean;
    readonly nextCursor: string | null;
  };
};
type ListEndpoint = EndpointDefinition;
/** The rows of a list endpoint. */
export type RowOf<E extends ListEndpoint> = Answer<E> extends { list: (infer R)[] } ? R : never;
type QueryOf<E extends ListEndpoint> = Omit<NonNullable<CallInput<E>['query']>, 'cursor' | 'page'>;

export interface ListResult<R> {
  readonly rows: readonly R[];
  /** Null where the endpoint does not count. */
  readonly total: number | null;
  /** There are more than `total`. */
  readonly capped: boolean;
  /** Nothing to show yet. */
  readonly loading: boolean;
  /** Being read anew while the old rows show. */
  readonly refreshing: boolean;
  readonly loadingMore: boolean;
  readonly error: ApiError | null;
  /** There are no more rows. */
  readonly ended: boolean;
  readonly loadMore: () => void;
  readonly refresh: () => Promise<void>;
  /** When the rows were read, in milliseconds since the epoch; null before the first answer. */
  readonly updatedAt: number | null;
}

const nextCursorOf = (page: ListAnswer) => page.pagination?.nextCursor ?? page.nextCursor ?? null;

function distinct<R>(rows: readonly R[]): readonly R[] {
  const seen = new Set<unknown>();
  return rows.filter((row) => {
    const id = (row as { id?: unknown }).id;
    if (id === undefined) return true;
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}

/**
 * A list, page after page. The first page of what was opened before shows without a network.
 * @param query filters; empty ones are left out
 */
export function useList<E extends ListEndpoint>(
  endpoint: E,
  query: QueryOf<E>,
  options: { readonly params?: CallInput<E>['params']; readonly enabled?: boolean } = {},
): ListResult<RowOf<E>> {
  const { params, enabled = true } = options;
  const address = urlOf(endpoint, { params: params ?? {}, query });
  const user = useUserId();
  const queryKey: QueryKey = [nameOf(endpoint), 'list', address, user];
  const kept = useKept<ListAnswer>(`list:${address}`);
  const result = useInfiniteQuery<ListAnswer, Error, InfiniteData<ListAnswer>, QueryKey, string | null>({
    queryKey,
    // Without a session too: the call asks for the login, and a link from a mail leads on from there.
    enabled,
    initialPageParam: null,
    getNextPageParam: nextCursorOf,
    queryFn: async ({ pageParam, signal }) => {
      const input = { params, query: pageParam === null ? query : { ...query, cursor: pageParam } };
      const page = (await call(endpoint, input as unknown as CallInput<E>, { signal })) as ListAnswer;
      if (pageParam === null) cache.write(`list:${address}`, page, Date.now());
      return page;
    },
    placeholderData: keepPreviousData,
    initialData: kept ? { pages: [kept.data], pageParams: [null] } : undefined,
    initialDataUpdatedAt: kept?.updatedAt,
  });
  const { data, fetchNextPage, hasNextPage, isFetchingNextPage, isFetching, isPlaceholderData } = result;
  const pages = data?.pages;
  const rows = useMemo(
    () => distinct((pages ?? []).flatMap((page) => page.list)) as readonly RowOf<E>[],
    [pages],
  );
  const keyText = JSON.stringify(queryKey);
  const refresh = useCallback(async () => {
    const key = JSON.parse(keyText) as QueryKey;
    // Only the first page: reading every page again would make somebody who scrolled far wait for all of them.
    queryClient.setQueryData<InfiniteData<ListAnswer>>(
      key,
      (old) => old && { pages: old.pages.slice(0, 1), pageParams: old.pageParams.slice(0, 1) },
      { updatedAt: queryClient.getQueryState(key)?.dataUpdatedAt },
    );
    await queryClient.refetchQueries({ queryKey: key, exact: true });
  }, [keyText]);
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  return {
    rows,
    total: pages?.[0]?.pagination?.total ?? null,
    capped: pages?.[0]?.pagination?.capped ?? false,
    loading: pages === undefined && result.error === null,
    refreshing: isFetching && pages !== undefined && !isFetchingNextPage,
    loadingMore: isFetchingNextPage,
    error: toApiError(result.error),
    ended: pages !== undefined && !hasNextPage && !isPlaceholderData,
    loadMore,
    refresh,
    updatedAt: result.dataUpdatedAt || null,
  };
}

export interface DetailResult<T> {
  readonly data: T | undefined;
  readonly error: ApiError | null;
  /** Nothing to show yet. */
  readonly loading: boolean;
  /** Being read anew while the old data shows. */
  readonly refreshing: boolean;
  readonly refresh: () => Promise<void>;
  /** When the data was read, in milliseconds since the epoch; null before the first answer. */
  readonly updatedAt: number | null;
}

/** The one cache entry of a detail, and how it is read. */
function detailQuery<E extends EndpointDefinition>(endpoint: E, input: CallInput<E>, user: string | null) {
  const address = urlOf(endpoint, input) + (input.body === undefined ? '' : ` ${JSON.stringify(input.body)}`);
  const queryKey: QueryKey = [nameOf(endpoint), 'detail', address, user];
  const queryFn = async ({ signal }: { signal: AbortSignal }) => {
    const data = await call(endpoint, input, { signal });
    cache.write(`detail:${address}`, data, Date.now());
    return data;
  };
  return { address, queryKey, queryFn };
}

/** Asks for a detail before the page that shows it is there. */
export function startDetail<E extends EndpointDefinition>(endpoint: E, input: CallInput<E>): void {
  const { address, queryKey, queryFn } = detailQuery(endpoint, input, userId());
  const kept = cache.read<Answer<E>>(`detail:${address}`);
  void queryClient.prefetchQuery<Answer<E>>({
    queryKey,
    queryFn,
    initialData: kept ? (kept.data as never) : undefined,
    initialDataUpdatedAt: kept?.updatedAt,
  });
}

/**
 * One answer, a record or a summary. What was opened before shows without a network.
 * @param options `always`: read anew whenever the page opens; for counts, which more writes change than know of it
 */
export function useDetail<E extends EndpointDefinition>(
  endpoint: E,
  input: CallInput<E>,
  options: { readonly enabled?: boolean; readonly always?: boolean } = {},
): DetailResult<Answer<E>> {
  const { address, queryKey, queryFn } = detailQuery(endpoint, input, useUserId());
  const kept = useKept<Answer<E>>(`detail:${address}`);
  const result = useQuery<Answer<E>>({
    queryKey,
    enabled: options.enabled ?? true,
    refetchOnMount: options.always ? 'always' : true,
    queryFn,
    initialData: kept ? (kept.data as never) : undefined,
    initialDataUpdatedAt: kept?.updatedAt,
  });
  const { refetch } = result;
  const refresh = useCallback(async () => {
    await refetch();
  }, [refetch]);
  return {
    data: result.data as Answer<E> | undefined,
    error: toApiError(result.error),
    loading: result.data === undefined && result.error === null,
    refreshing: result.isFetching && result.data !== undefined,
    refresh,
    updatedAt: result.dataUpdatedAt || null,
  };
}

/** Shows an answer that a write brought along, without asking again. */
export function showDetail<E extends EndpointDefinition>(
  endpoint: E,
  input: CallInput<E>,
  data: Answer<E>,
): void {
  const address = urlOf(endpoint, input);
  const queryKey = [nameOf(endpoint), 'detail', address, userId()];
  // A read that began before the write would bring back what was before it.
  void queryClient.cancelQueries({ queryKey, exact: true });
  queryClient.setQueryData(queryKey, data);
  cache.write(`detail:${address}`, data, Date.now());
}

/** As many details as one page reads ahead. */
const AHEAD = 20;
const AHEAD_AGAIN_MS = 60 * 60_000;
let readingAhead = false;

/**
 * Reads details before they are opened, one after the other, so that they open without a network. At most twenty; what
 * the device has is left alone for an hour. Says nothing when it fails.
 * @param isCurrent whether what the device has is still the record of the list
 */
export async function prefetchDetails<E extends EndpointDefinition>(
  endpoint: E,
  inputs: readonly CallInput<E>[],
  isCurrent: (kept: Answer<E>, input: CallInput<E>) => boolean = () => true,
): Promise<void> {
  if (readingAhead) return;
  readingAhead = true;
  try {
    const reader = userId();
    for (const input of inputs.slice(0, AHEAD)) {
      const kept = cache.read<Answer<E>>(`detail:${urlOf(endpoint, input)}`);
      if (kept && Date.now() - kept.updatedAt < AHEAD_AGAIN_MS && isCurrent(kept.data, input)) continue;
      const data = await call(endpoint, input);
      // Somebody else may have signed in meanwhile.
      if (userId() !== reader) return;
      showDetail(endpoint, input, data);
    }
  } catch {
    // The next list tries again.
  } finally {
    readingAhead = false;
  }
}

/**
 * Reads the first page of a list before it is opened, so that it opens without a network. What the device has is left
 * alone for an hour. Says nothing when it fails.
 */
export async function prefetchList<E extends ListEndpoint>(endpoint: E, query: QueryOf<E>): Promise<void> {
  const place = `list:${urlOf(endpoint, { query })}`;
  const kept = cache.read(place);
  if (kept && Date.now() - kept.updatedAt < AHEAD_AGAIN_MS) return;
  try {
    const reader = userId();
    const page = await call(endpoint, { query } as unknown as CallInput<E>);
    // Somebody else may have signed in meanwhile.
    if (userId() === reader) cache.write(place, page, Date.now());
  } catch {
    // It is read when it is opened.
  }
}

export interface Action<E extends EndpointDefinition> {
  /** @returns the answer; null when it failed, and then `error` says why */
  readonly run: (input: CallInput<E>) => Promise<Answer<E> | null>;
  readonly pending: boolean;
  readonly error: ApiError | null;
  readonly reset: () => void;
}

/**
 * A write behind a button. A double tap, or another try after a lost answer, counts once: the same input keeps its
 * idempotency key until it has succeeded.
 */
export function useAction<E extends EndpointDefinition>(
  endpoint: E,
  options: {
    /** What it changes besides. */
    readonly refresh?: readonly Named[];
    readonly onDone?: (data: Answer<E>) => void;
    readonly onError?: (error: ApiError) => void;
  } = {},
): Action<E> {
  const latest = useRef(options);
  latest.current = options;
  const running = useRef<Promise<Answer<E> | null> | null>(null);
  const attempt = useRef<{ input: string; key: string } | null>(null);
  const shown = useShown();
  const [state, setState] = useState<{ pending: boolean; error: ApiError | null }>({
    pending: false,
    error: null,
  });

  const run = useCallback(
    (input: CallInput<E>) => {
      if (running.current) return running.current;
      const text = JSON.stringify(input);
      if (attempt.current?.input !== text) attempt.current = { input: text, key: idempotencyKey() };
      const { key } = attempt.current;
      setState({ pending: true, error: null });
      const started = (async () => {
        try {
          const data = await call(endpoint, input, { idempotencyKey: key });
          // Over before anybody is told: what is told may write again.
          running.current = null;
          attempt.current = null;
          if (shown.current) setState({ pending: false, error: null });
          void refreshAll(...(latest.current.refresh ?? []));
          latest.current.onDone?.(data);
          return data;
        } catch (thrown) {
          running.current = null;
          const error = toApiError(thrown);
          if (shown.current) setState({ pending: false, error });
          if (error) latest.current.onError?.(error);
          return null;
        }
      })();
      running.current = started;
      return started;
    },
    [endpoint, shown],
  );
  const reset = useCallback(() => setState({ pending: false, error: null }), []);
  return { run, ...state, reset };
}

function useShown() {
  const shown = useRef(true);
  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);
  return shown;
}

function useUserId(): string | null {
  const [id, setId] = useState(userId);
  useEffect(() => {
    const update = () => setId(userId());
    update();
    return sessionStore.subscribe(update);
  }, []);
  return id;
}

/** What the device kept of an address, read once for each. */
function useKept<T>(key: string) {
  return useMemo(() => cache.read<T>(key), [key]);
}
