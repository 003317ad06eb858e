import { equalInConstantTime } from '../../../kernel/secrets.ts';
import { clueOf, textOf } from '../clue.ts';
import {
  type Adapter,
  failed,
  found,
  isObject,
  jsonRequest,
  keyOf,
  messageOf,
  NOT_JSON,
  nestedObject,
  parse,
  sha1,
  sha256,
} from './adapter.ts';

// Tencent Ads, messenger: `signature` in the query is hex(sha1(body + secret)); a clue has the names of leads_list/get.

const MAX_ANSWERS = 20;
type Message = Readonly<Record<string, unknown>>;

function cluesIn(message: Message | null): readonly Message[] {
  if (!message) return [];
  for (const holder of [message.data, message.leads_info, message.list]) {
    if (Array.isArray(holder)) return holder.filter(isObject);
    const one = nestedObject(holder);
    if (Array.isArray(one?.list)) return one.list.filter(isObject);
    if (one) return [one];
  }
  return [message];
}

/** What else somebody filled into the form: JSON text of an object, or of questions with answers. */
function answersIn(bundle: unknown): string[] {
  const answers = typeof bundle === 'string' ? parse(bundle) : bundle;
  const pairs: (readonly [unknown, unknown])[] = Array.isArray(answers)
    ? answers.filter(isObject).map((each) => [each.label ?? each.name ?? each.key, each.value])
    : isObject(answers)
      ? Object.entries(answers)
      : [];
  return pairs.slice(0, MAX_ANSWERS).flatMap(([label, value]) => {
    const [said, text] = [textOf(label), textOf(value)];
    return said !== undefined && text !== undefined ? [`${said}：${text}`] : [];
  });
}

export const tencentAds: Adapter = {
  keeps: [],
  accepted: { code: 0, message: 'success' },
  verify: ({ query, body }, secret) => equalInConstantTime(query.signature ?? '', sha1(body, secret)),
  challenge: () => null,
  keys(request) {
    const clues = cluesIn(messageOf(request));
    const whole = sha256(request.body);
    if (clues.length < 2) return [keyOf(clues[0]?.leads_id, whole)];
    return clues.map((clue, part) => keyOf(clue.leads_id, `${whole}#${part}`));
  },
  read(request, part) {
    const message = messageOf(request);
    if (!message) return failed(NOT_JSON);
    const clue = cluesIn(message)[part];
    if (!clue) return failed('推送里没有线索数据');
    return found(
      clueOf({
        customerName: clue.leads_name,
        phone: clue.leads_telephone ?? clue.leads_tel,
        wechat: clue.leads_wechat,
        otherHandle: clue.leads_qq,
        email: clue.leads_email,
        address: clue.leads_area,
        description: answersIn(clue.bundle).join('\n'),
        leadTime: clue.leads_create_time,
        externalClueId: clue.leads_id,
      }),
    );
  },
  sample: (_mapping, now) =>
    jsonRequest({
      leads_id: Math.floor(Date.parse(now) / 1000),
      click_id: 'test-click',
      leads_name: '测试客户',
      leads_telephone: '13800138000',
      leads_area: '广东省深圳市',
      bundle: JSON.stringify({ 客房数: '120' }),
      leads_create_time: '2026-01-05 10:00:00',
    }),
  sign: (request, secret) => ({
    ...request,
    query: { ...request.query, signature: sha1(request.body, secret) },
  }),
};
