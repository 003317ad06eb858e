/** A count as people say it: `9999`, `1.2万`, `3亿`. */
export function formatCount(value: number): string {
  const scale = (divisor: number, unit: string) => `${Math.floor((value / divisor) * 10) / 10}${unit}`;
  if (value >= 100_000_000) return scale(100_000_000, '亿');
  if (value >= 10_000) return scale(10_000, '万');
  return String(value);
}
