import * as z from 'zod';
import type { Permission } from './access/permissions.ts';

export interface ActionDefinition<S extends string> {
  readonly from: readonly S[];
  /** The state it leads to; a list where the command chooses, e.g. back to the state before. */
  readonly to: S | readonly S[];
  readonly label: string;
  readonly permission: Permission;
}

export interface Machine<S extends string, A extends string> {
  readonly states: Readonly<Record<S, string>>;
  readonly initial: S;
  readonly actions: Readonly<Record<A, ActionDefinition<S>>>;
  readonly status: z.ZodEnum<{ [K in S]: K }>;
  readonly action: z.ZodEnum<{ [K in A]: K }>;
  can(status: S, action: A): boolean;
  /** Everything the machine allows in this state, whoever asks. */
  available(status: S): A[];
}

/** A status machine as a value: states with their labels, and actions that say where they start and end. */
export function defineMachine<const S extends string, const A extends string>(definition: {
  readonly states: Readonly<Record<S, string>>;
  readonly initial: NoInfer<S>;
  readonly actions: Readonly<Record<A, ActionDefinition<NoInfer<S>>>>;
}): Machine<S, A> {
  const { states, initial, actions } = definition;
  const names = Object.keys(actions) as A[];
  const can = (status: S, action: A) => actions[action].from.includes(status);
  return {
    states,
    initial,
    actions,
    status: z.enum(Object.keys(states) as S[]) as unknown as z.ZodEnum<{ [K in S]: K }>,
    action: z.enum(names) as unknown as z.ZodEnum<{ [K in A]: K }>,
    can,
    available: (status) => names.filter((action) => can(status, action)),
  };
}

/** One button: the server decides what a person may do, the page draws it. */
export const availableAction = z.object({
  action: z.string(),
  label: z.string(),
  /** Why not now; null when it may be pressed. */
  disabledReason: z.string().nullable(),
});
export type AvailableAction = z.infer<typeof availableAction>;
