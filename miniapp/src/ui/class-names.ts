/** Joins class names and leaves out what is empty: `cx('chip', on && 'chip--on')`. */
export const cx = (...names: (string | false | null | undefined)[]): string =>
  names.filter(Boolean).join(' ');

/** What a status or a level feels like. Always shown together with its text. */
export type Tone = 'neutral' | 'accent' | 'teal' | 'purple' | 'success' | 'warning' | 'hot' | 'danger';
