import { readChat } from '#shared/leads/chat.ts';
import { equalInConstantTime } from '../../../kernel/secrets.ts';
import { type Clue, clueOf, textOf } from '../clue.ts';
import {
  type Adapter,
  failed,
  found,
  ignored,
  isObject,
  jsonRequest,
  keyOf,
  messageOf,
  NOT_JSON,
  nestedObject,
  parse,
  type Reading,
  sha1,
  sha256,
  withHeaders,
} from './adapter.ts';

// Douyin Open Platform, webhooks: X-Douyin-Signature is hex(sha1(client_secret + body)), Msg-Id names the delivery.

const SIGNATURE = 'x-douyin-signature';
const MESSAGE_ID = 'msg-id';
/** The customer has filled the card in and sent it. */
const CARD_SUBMITTED = 2;

const CARD_LABELS: readonly (readonly [RegExp, keyof Clue])[] = [
  [/微信/, 'wechat'],
  [/手机|电话|联系方式/, 'phone'],
  [/酒店|公司|单位|门店/, 'customerName'],
  [/姓名|称呼|联系人|名字/, 'contactPerson'],
  [/省/, 'province'],
  [/城市|地区/, 'city'],
  [/地址/, 'address'],
  [/客房|房间/, 'hotelRooms'],
];

function readCard(data: unknown): Clue {
  const values: Partial<Record<keyof Clue, string>> = {};
  const others: string[] = [];
  for (const row of Array.isArray(data) ? data : []) {
    const label = isObject(row) ? textOf(row.label) : undefined;
    const value = isObject(row) ? textOf(row.value) : undefined;
    if (label === undefined || value === undefined) continue;
    const field = CARD_LABELS.find(([pattern, name]) => pattern.test(label) && !(name in values))?.[1];
    if (field) values[field] = value;
    else others.push(`${label}：${value}`);
  }
  return clueOf({ ...values, ...(others.length > 0 ? { description: others.join('\n') } : {}) });
}

function readText(text: string): Reading {
  const { phone, wechat, customerName, contactPerson, city, hotelRooms, email } = readChat(text);
  if (!phone && !wechat) return ignored('消息里没有电话或微信');
  return found(
    clueOf({ phone, wechat, customerName, contactPerson, city, hotelRooms, email, description: text }),
  );
}

function readMessage(event: Readonly<Record<string, unknown>>): Reading {
  if (event.event === 'im_send_msg') return ignored('自己发出的消息');
  if (event.event !== 'im_receive_msg') return ignored('不是客户发来的消息');
  const content = nestedObject(event.content);
  if (!content) return failed('消息内容无法识别');
  if (content.message_type === 'retain_consult_card') {
    if (Number(content.card_status) !== CARD_SUBMITTED) return ignored('留资卡片还没有提交');
    const card = readCard(
      typeof content.card_data === 'string' ? parse(content.card_data) : content.card_data,
    );
    const number = textOf(content.server_message_id);
    return found(number === undefined ? card : { ...card, externalClueId: number });
  }
  const text = content.message_type === 'text' ? textOf(content.text) : undefined;
  return text === undefined ? ignored('不是文字或留资卡片') : readText(text.slice(0, 4_000));
}

export const douyin: Adapter = {
  keeps: [MESSAGE_ID],
  accepted: { code: 0, message: 'success' },
  verify: ({ headers, body }, secret) => equalInConstantTime(headers[SIGNATURE] ?? '', sha1(secret, body)),
  challenge(request) {
    const event = messageOf(request);
    if (event?.event !== 'verify_webhook') return null;
    const challenge = nestedObject(event.content)?.challenge;
    return typeof challenge === 'number' || typeof challenge === 'string' ? { challenge } : null;
  },
  keys: ({ headers, body }) => [keyOf(headers[MESSAGE_ID], sha256(body))],
  read(request) {
    const event = messageOf(request);
    return event ? readMessage(event) : failed(NOT_JSON);
  },
  sample: (_mapping, now) =>
    withHeaders(
      jsonRequest({
        event: 'im_receive_msg',
        from_user_id: 'sample-user',
        to_user_id: 'sample-account',
        client_key: 'sample',
        content: JSON.stringify({
          message_type: 'retain_consult_card',
          card_status: CARD_SUBMITTED,
          card_data: [
            { label: '姓名', value: '测试客户' },
            { label: '手机号', value: '13800138000' },
            { label: '城市', value: '深圳' },
          ],
        }),
      }),
      { [MESSAGE_ID]: `test-${Date.parse(now)}` },
    ),
  sign: (request, secret) => withHeaders(request, { [SIGNATURE]: sha1(secret, request.body) }),
};
