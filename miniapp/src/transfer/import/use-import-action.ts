import { useState } from 'react';
import type { EndpointDefinition } from '#shared/http/endpoint.ts';
import { type ImportDetail, imports } from '#shared/transfers/contract.ts';
import type { ApiError } from '../../api/call';
import type { Action } from '../../api/query';
import { showDetail, useAction } from '../../api/query';

/** What every view of an import gets. */
export interface ImportView {
  readonly data: ImportDetail;
  readonly banner: React.ReactNode;
  readonly refresh: () => Promise<void>;
}

/** A step of an import behind a button: what it answers is shown at once. */
export function useImportAction<
  E extends EndpointDefinition & { readonly response: typeof imports.get.response },
>(endpoint: E, refresh: () => Promise<void>): Action<E> & { readonly failure: ApiError | null } {
  const [failure, setFailure] = useState<ApiError | null>(null);
  const action = useAction(endpoint, {
    refresh: [imports.list],
    onDone: (answer) => {
      const data = answer as ImportDetail;
      setFailure(null);
      showDetail(imports.get, { params: { id: data.id } }, data);
    },
    onError: (error) => {
      if (error.status === 401) return;
      setFailure(error);
      // Somebody went on elsewhere, in another window perhaps.
      if (error.status === 409 || error.status === 404) void refresh();
    },
  });
  return { ...action, failure };
}
