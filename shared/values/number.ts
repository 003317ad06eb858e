/** A count as people say it: `9999`, `1.2万`, `3亿`. */
export function formatCount(value: number): string {
  const scale = (divisor: number, unit: string) => `${Math.floor((value / divisor) * 10) / 10}${unit}`;
  if (value >= 100_000_000) return scale(100_000_000, '亿');
  if (value >= 10_000) return scale(10_000, '万');
  return String(value);
}

/** A part of a whole, between 0 and 1, in percent: `38%`; a little is `<1%`, and all but a little `>99%`. */
export function formatShare(part: number): string {
  const percent = Math.round(part * 100);
  if (percent === 0 && part > 0) return '<1%';
  if (percent === 100 && part < 1) return '>99%';
  return `${percent}%`;
}
