/** What the processes of a run tell each other. */

/** A value of a statement: as it is, or made for each request. */
export type Slot =
  | { readonly is: 'literal'; readonly value: unknown }
  /** Text in which names such as `{user}` or `{fresh0}` stand for values of the request. */
  | { readonly is: 'text'; readonly template: string }
  | { readonly is: 'list'; readonly templates: readonly string[] }
  /** Random bytes, the same wherever the index is the same. */
  | { readonly is: 'bytes'; readonly index: number; readonly length: number };

export interface Statement {
  /** Where the app has the statement prepared, the raw server has too. */
  readonly name: string | undefined;
  readonly text: string;
  readonly values: readonly Slot[];
  /** Of an answer that equal requests share for some seconds. */
  readonly shared: boolean;
}

export interface RawPlan {
  readonly statements: readonly Statement[];
  /** Whose session each token is. */
  readonly users: Readonly<Record<string, { readonly user: string; readonly session: string }>>;
}

export interface LoadPlan {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** Sent in turn. `{key}` becomes a new idempotency key. */
  readonly requests: readonly string[];
}

export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly errors: number;
  readonly firstError: string | null;
  /** Milliseconds, in no order. */
  readonly latencies: Float64Array;
}
