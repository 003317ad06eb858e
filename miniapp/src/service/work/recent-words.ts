import { readStored, writeStored } from '../../api/storage';

/** What engineers write most, until they have words of their own. */
const USUAL = {
  problemAnalysis: ['线路接触不良', '继电器损坏', '网关离线', '设置被改动', '设备老化'],
  solution: [
    '紧固接线，测试正常',
    '更换配件，测试正常',
    '重启网关，恢复在线',
    '重新配网并指导使用',
    '恢复设置并说明用法',
  ],
} as const;
const KEPT = 3;
const SHOWN = 6;
const LONGEST = 60;

type Field = keyof typeof USUAL;
const place = (field: Field) => `service-words:${field}`;

/** Words to tap instead of typing: what was written last on this phone, then what is usual. */
export const suggestionsFor = (field: Field): string[] =>
  [...new Set([...(readStored<string[]>(place(field)) ?? []), ...USUAL[field]])].slice(0, SHOWN);

/** Keeps what was written for the next time. */
export function rememberWords(field: Field, words: string): void {
  const text = words.trim();
  if (text === '' || text.length > LONGEST || text.includes('\n')) return;
  const kept = [text, ...(readStored<string[]>(place(field)) ?? []).filter((one) => one !== text)];
  writeStored(place(field), kept.slice(0, KEPT));
}
