import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './core/call';

const RETRIES = 1;

/**
 * One cache for the app. Phones come and go: stale data shows at once and is refreshed on return. Calls are made
 * without a network too, so that a page says so instead of loading for ever.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      gcTime: 10 * 60_000,
      networkMode: 'always',
      retry: (failures, error) => failures < RETRIES && error instanceof ApiError && error.retryable,
    },
    mutations: { retry: 0, networkMode: 'always' },
  },
});
