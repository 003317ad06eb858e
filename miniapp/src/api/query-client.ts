import { QueryClient } from '@tanstack/react-query';

/** One cache for the app. Phones come and go: stale data shows at once and is refreshed on return. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 15_000, gcTime: 10 * 60_000, retry: 1 },
    mutations: { retry: 0 },
  },
});
