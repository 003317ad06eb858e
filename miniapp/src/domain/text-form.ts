/** Forms that are text and choices: how they compare, what they send and how they read. Pure. */
import { formatPhone, normalizePhone } from '#shared/values/phone.ts';
import type { Instant } from '#shared/values/time.ts';
import { amountOf } from './amount';

/** How what is typed into a form compares, what it sends and how it reads. */
export interface EditForm<V> {
  /** In the order of the form. */
  readonly names: readonly (keyof V & string)[];
  readonly labels: Readonly<Record<keyof V & string, string>>;
  /** An edit: only what was changed, so that others' changes to other fields stay. An empty field clears. */
  changes(base: V, value: V): Readonly<Record<string, unknown>>;
  /** Brings my unsent changes onto a record that somebody else has saved meanwhile. */
  merge(base: V, mine: V, theirs: V): Merged<V>;
  /** A field as people read it, for choosing between two. */
  read(value: V, name: keyof V & string, now: Instant): string;
}

export interface Merged<V> {
  /** Theirs, with mine where I changed it. */
  readonly value: V;
  /** Where both changed it, differently: a person has to choose. `value` holds mine. */
  readonly conflicts: readonly (keyof V & string)[];
}

/** @param changed the fields in which two differ */
export function mergeEdits<V>(
  changed: (base: V, value: V) => (keyof V & string)[],
  base: V,
  mine: V,
  theirs: V,
): Merged<V> {
  const changes = changed(base, mine);
  const their = changed(base, theirs);
  const other = changed(mine, theirs);
  return {
    value: { ...theirs, ...(Object.fromEntries(changes.map((name) => [name, mine[name]])) as Partial<V>) },
    conflicts: changes.filter((name) => their.includes(name) && other.includes(name)),
  };
}

type Sent = string | number | null;

interface TextFormDefinition<N extends string> {
  /** In the order of the form. */
  readonly labels: Readonly<Record<N, string>>;
  /** The words of what is chosen. */
  readonly choices?: Readonly<Partial<Record<N, Readonly<Record<string, string>>>>>;
  readonly numbers?: readonly N[];
  /** In yuan. */
  readonly amounts?: readonly N[];
  /** Sent as they are also when empty, so that they are refused. */
  readonly required: readonly N[];
}

export interface TextForm<N extends string> extends EditForm<TextValue<N>> {
  /** A record, or a draft that was sent, as the form shows it. */
  fill(record: { readonly [K in N]?: string | number | null | undefined }): TextValue<N>;
  /** A new one: only what was filled in. */
  draft(value: TextValue<N>): Partial<Record<N, Sent>>;
  changed(base: TextValue<N>, value: TextValue<N>): N[];
  read(value: TextValue<N>, name: N): string;
}

/** As it is typed; empty is nothing. */
export type TextValue<N extends string> = Readonly<Record<N, string>>;

export function defineTextForm<N extends string>(definition: TextFormDefinition<N>): TextForm<N> {
  const { labels, choices = {}, numbers = [], amounts = [], required } = definition;
  const names = Object.keys(labels) as N[];
  const pick = <T>(chosen: readonly N[], of: (name: N) => T) =>
    Object.fromEntries(chosen.map((name) => [name, of(name)])) as Record<N, T>;
  const plain = (name: N, typed: string) =>
    name === 'phone' ? (normalizePhone(typed) ?? typed.trim()) : typed.trim();
  const wire = (value: TextValue<N>, name: N): Sent => {
    const typed = value[name].trim();
    if (typed === '') return required.includes(name) ? '' : null;
    // What is not a number goes as text, and the contract's schema says so under the field.
    if (amounts.includes(name)) return amountOf(typed) ?? typed;
    return numbers.includes(name) && /^\d+$/.test(typed) ? Number(typed) : typed;
  };
  const changed = (base: TextValue<N>, value: TextValue<N>) =>
    names.filter((name) => plain(name, base[name]) !== plain(name, value[name]));
  return {
    names,
    labels,
    fill: (record) =>
      pick(names, (name) => {
        const kept = record[name];
        if (kept === null || kept === undefined) return '';
        return name === 'phone' ? formatPhone(String(kept)) : String(kept);
      }),
    draft: (value) =>
      pick(
        names.filter((name) => wire(value, name) !== null),
        (name) => wire(value, name),
      ),
    changed,
    changes: (base, value) => pick(changed(base, value), (name) => wire(value, name)),
    merge: (base, mine, theirs) => mergeEdits<TextValue<N>>(changed, base, mine, theirs),
    read: (value, name) => {
      const typed = value[name].trim();
      return typed === ''
        ? '（空）'
        : ((choices as Partial<Record<N, Record<string, string>>>)[name]?.[typed] ?? typed);
    },
  };
}
