const ENDINGS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'application/pdf': 'pdf',
};
const MAX_STEM = 80;

/** What a file is called: a label without a folder, without what cannot be seen, and with the ending of what is in it. */
export function labelOf(name: string, mimeType: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const stem = last
    .toWellFormed()
    .replace(/[\p{C}\u2028\u2029<>:"|?*]/gu, '')
    .replace(/\.[a-z0-9]{1,5}$/i, '')
    .replace(/^[\s.]+|[\s.]+$/g, '');
  const kept = Array.from(stem).slice(0, MAX_STEM).join('');
  return `${kept || '文件'}.${ENDINGS[mimeType] ?? 'bin'}`;
}
