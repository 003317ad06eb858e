import { equalInConstantTime } from '../../../kernel/secrets.ts';
import { clueOf, textOf } from '../clue.ts';
import {
  type Adapter,
  failed,
  found,
  hmacSha256,
  isObject,
  jsonRequest,
  keyOf,
  messageOf,
  NOT_JSON,
  nestedObject,
  parse,
  sha256,
  withHeaders,
} from './adapter.ts';

// Ocean Engine SPI (from the community SDK bububa/oceanengine): X-Open-Signature is hex(HMAC-SHA256(secret, body)); the
// clue is JSON text in `data`, with the names of /open_api/2/tools/clue/get/.

const SIGNATURE = 'x-open-signature';
type Message = Readonly<Record<string, unknown>>;

/** The clues in a message: `data` is one, or a list of them. */
function cluesIn(message: Message | null): readonly Message[] {
  const data = typeof message?.data === 'string' ? parse(message.data) : message?.data;
  if (Array.isArray(data)) return data.filter(isObject);
  const one = nestedObject(data);
  if (Array.isArray(one?.list)) return one.list.filter(isObject);
  return one ? [one] : [];
}

export const oceanEngine: Adapter = {
  keeps: [],
  accepted: { code: 0, message: 'success' },
  verify: ({ headers, body }, secret) =>
    equalInConstantTime(headers[SIGNATURE] ?? '', hmacSha256(secret, body)),
  challenge({ query }) {
    const { challenge } = query;
    if (challenge === undefined || !/^[\w-]{1,200}$/.test(challenge)) return null;
    return { challenge: /^\d{1,15}$/.test(challenge) ? Number(challenge) : challenge };
  },
  keys(request) {
    const message = messageOf(request);
    const key = keyOf(message?.message_id, sha256(request.body));
    const parts = Math.max(1, cluesIn(message).length);
    return Array.from({ length: parts }, (_, part) => (part === 0 ? key : `${key}#${part}`));
  },
  read(request, part) {
    const message = messageOf(request);
    if (!message) return failed(NOT_JSON);
    const clue = cluesIn(message)[part];
    if (!clue) return failed('推送里没有线索数据');
    const others = [
      ['推广计划', clue.ad_name],
      ['线索来源', clue.clue_source],
      ['推送', message.service_label],
    ].flatMap(([label, value]) => {
      const text = textOf(value);
      return text === undefined ? [] : [`${label}：${text}`];
    });
    return found(
      clueOf({
        customerName: clue.name,
        phone: clue.telephone,
        wechat: clue.weixin,
        otherHandle: clue.qq,
        email: clue.email,
        province: clue.province_name,
        city: clue.city_name,
        address: clue.address,
        description: [textOf(clue.remark), ...others].filter(Boolean).join('\n'),
        leadTime: clue.create_time_detail,
        sourceAccount: clue.advertiser_name,
        externalClueId: clue.clue_id,
      }),
    );
  },
  sample: (_mapping, now) =>
    jsonRequest({
      message_id: `test-${Date.parse(now)}`,
      subscribe_task_id: 1,
      advertiser_ids: [1],
      service_label: 'clue.test',
      data: JSON.stringify({
        clue_id: 'test-clue',
        name: '测试客户',
        telephone: '13800138000',
        province_name: '广东省',
        city_name: '深圳市',
        ad_name: '测试计划',
        create_time_detail: '2026-01-05 10:00:00',
      }),
      publish_time: Date.parse(now),
      timestamp: Date.parse(now),
      nonce: 'test',
    }),
  sign: (request, secret) => withHeaders(request, { [SIGNATURE]: hmacSha256(secret, request.body) }),
};
