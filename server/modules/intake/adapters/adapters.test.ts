import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DEFAULT_MAPPINGS, INTAKE_KINDS, type IntakeKind } from '#shared/intake/contract.ts';
import type { Reading, Signed } from './adapter.ts';
import { adapters, mappingOf } from './index.ts';

// Requests as the platforms document them, see each adapter.

const SECRET = 'client-secret-of-the-company';
const NOW = '2026-03-10T02:00:00.000Z';
const SECONDS = String(Date.parse(NOW) / 1000);

const request = (body: unknown, more: Partial<Signed> = {}): Signed => ({
  query: {},
  headers: { 'content-type': 'application/json', ...more.headers },
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  ...(more.query ? { query: more.query } : {}),
});
const sha1 = (...parts: (string | Buffer)[]) =>
  createHash('sha1')
    .update(Buffer.concat(parts.map((p) => Buffer.from(p))))
    .digest('hex');
const read = (kind: IntakeKind, body: unknown, part = 0): Reading =>
  adapters[kind].read(request(body), part, mappingOf(kind, null));

const card = (more: object = {}) => ({
  event: 'im_receive_msg',
  from_user_id: 'b8a1-open-id',
  to_user_id: 'company',
  client_key: 'key',
  log_id: '2026',
  content: {
    message_type: 'retain_consult_card',
    card_status: 2,
    card_data: [
      { label: '姓名', value: '张先生' },
      { label: '手机号', value: '13800138000' },
      { label: '微信号', value: 'zhang_hotel' },
      { label: '所在城市', value: '深圳' },
      { label: '预算', value: '50万' },
    ],
    ...more,
  },
});

describe('signatures', () => {
  const body = Buffer.from('{"a":"线索"}');
  const signed: Readonly<Record<IntakeKind, Signed>> = {
    douyin: { query: {}, body, headers: { 'x-douyin-signature': sha1(SECRET, body) } },
    'ocean-engine': {
      query: {},
      body,
      headers: { 'x-open-signature': createHmac('sha256', SECRET).update(body).digest('hex') },
    },
    feiyu: { query: {}, body, headers: { 'access-token': SECRET } },
    'tencent-ads': { query: { signature: sha1(body, SECRET) }, body, headers: {} },
    'generic-hmac': {
      query: {},
      body,
      headers: {
        'x-genjin-timestamp': SECONDS,
        'x-genjin-signature': createHmac('sha256', SECRET).update(`${SECONDS}.`).update(body).digest('hex'),
      },
    },
  };

  describe.each(INTAKE_KINDS)('of %s', (kind) => {
    const { verify, sign, sample } = adapters[kind];

    it('are made over the body and the secret', () => {
      expect(verify(signed[kind], SECRET, NOW)).toBe(true);
      expect(verify(signed[kind], `${SECRET}x`, NOW)).toBe(false);
      const other = { ...signed[kind], body: Buffer.from('{"a":"线索2"}') };
      // Feiyu signs nothing: its access token is all there is.
      expect(verify(other, SECRET, NOW)).toBe(kind === 'feiyu');
    });

    it('are refused when they are missing or have another length', () => {
      expect(verify({ query: {}, headers: {}, body }, SECRET, NOW)).toBe(false);
      for (const wrong of ['', 'a', 'f'.repeat(40), 'f'.repeat(64), 'f'.repeat(500), '签名']) {
        const headers = Object.fromEntries(Object.keys(signed[kind].headers).map((name) => [name, wrong]));
        expect(verify({ query: { signature: wrong }, headers, body }, SECRET, NOW)).toBe(false);
      }
    });

    it('are on its sample, which can be read', () => {
      const mapping = DEFAULT_MAPPINGS[kind] ?? {};
      const example = sign(sample(mapping, NOW), SECRET, NOW);
      expect(verify(example, SECRET, NOW)).toBe(true);
      expect(adapters[kind].read(example, 0, mapping).clue).toMatchObject({ phone: '13800138000' });
      expect(adapters[kind].keys(example, mapping)).toHaveLength(1);
    });

    it.each(['', 'nothing', '[]', 'null', '[1]', '"text"', '\0', '{"data":"{"}', `${'['.repeat(100_000)}`])(
      'read any body without falling over (%#)',
      (text) => {
        const reading = adapters[kind].read(request(text), 0, mappingOf(kind, null));
        expect([reading.clue, reading.failed, reading.ignored].filter((each) => each !== null)).toHaveLength(
          1,
        );
        expect(adapters[kind].keys(request(text), {})).toHaveLength(1);
        expect(adapters[kind].challenge(request(text))).toBeNull();
      },
    );
  });

  it('of our own format hold for five minutes', () => {
    const { verify } = adapters['generic-hmac'];
    expect(verify(signed['generic-hmac'], SECRET, '2026-03-10T02:05:00.000Z')).toBe(true);
    expect(verify(signed['generic-hmac'], SECRET, '2026-03-10T02:05:01.000Z')).toBe(false);
    expect(verify(signed['generic-hmac'], SECRET, '2026-03-10T01:54:59.000Z')).toBe(false);
  });

  it('of Feiyu come as a header, in the query or as a field', () => {
    const { verify } = adapters.feiyu;
    expect(verify(request({ access_token: SECRET }), SECRET, NOW)).toBe(true);
    expect(verify(request({}, { query: { access_token: SECRET } }), SECRET, NOW)).toBe(true);
    expect(verify(request({ access_token: `${SECRET}1` }), SECRET, NOW)).toBe(false);
  });
});

describe('douyin', () => {
  it('answers the check of the address', () => {
    const check = { event: 'verify_webhook', client_key: 'key', content: { challenge: 12345 } };
    expect(adapters.douyin.challenge(request(check))).toEqual({ challenge: 12345 });
    expect(adapters.douyin.challenge(request(card()))).toBeNull();
  });

  it('makes a clue of a card that was sent, and keeps the answers that have no field', () => {
    expect(read('douyin', card()).clue).toEqual({
      contactPerson: '张先生',
      phone: '13800138000',
      wechat: 'zhang_hotel',
      city: '深圳',
      description: '预算：50万',
    });
    const asText = { ...card(), content: JSON.stringify(card().content) };
    expect(read('douyin', asText).clue).toEqual(read('douyin', card()).clue);
  });

  it('leaves out a card that was not sent, what we said ourselves, and other events', () => {
    expect(read('douyin', card({ card_status: 1 })).ignored).toBe('留资卡片还没有提交');
    expect(read('douyin', { ...card(), event: 'im_send_msg' }).ignored).toBe('自己发出的消息');
    expect(read('douyin', { event: 'new_follow_action', content: {} }).ignored).not.toBeNull();
  });

  it('finds a number in what was written', () => {
    const text = (words: string) =>
      read('douyin', { ...card(), content: { message_type: 'text', text: words } });
    expect(text('你好，我是杭州西湖宾馆的，电话13900139000').clue).toMatchObject({ phone: '13900139000' });
    expect(text('加我微信：hotel_2026').clue).toMatchObject({ wechat: 'hotel_2026' });
    expect(text('多少钱一套？').ignored).toBe('消息里没有电话或微信');
  });

  it('is told apart by Msg-Id, else by its body', () => {
    const { keys } = adapters.douyin;
    expect(keys(request({}, { headers: { 'msg-id': 'm-1' } }), {})).toEqual(['m-1']);
    expect(keys(request({}), {})[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(keys(request({}, { headers: { 'msg-id': 'x'.repeat(5_000) } }), {})[0]).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('ocean-engine', () => {
  const clue = (id: string) => ({
    clue_id: id,
    name: '李女士',
    telephone: '13700137000',
    weixin: 'li_hotel',
    province_name: '广东省',
    city_name: '广州市',
    ad_name: '开年计划',
    clue_source: '表单',
    remark: '想看样板间',
    create_time_detail: '2026-03-10 09:30:00',
  });
  const message = (data: unknown) => ({
    message_id: 'message-1',
    subscribe_task_id: 7,
    advertiser_ids: [1],
    service_label: 'clue.event',
    data: JSON.stringify(data),
    publish_time: 1,
    timestamp: 1,
    nonce: 'n',
  });

  it('echoes the challenge, and nothing odd', () => {
    const { challenge } = adapters['ocean-engine'];
    expect(challenge(request('', { query: { challenge: '778899' } }))).toEqual({ challenge: 778899 });
    expect(challenge(request('', { query: { challenge: 'abc-1' } }))).toEqual({ challenge: 'abc-1' });
    expect(challenge(request('', { query: { challenge: '<script>' } }))).toBeNull();
    expect(challenge(request(''))).toBeNull();
  });

  it('reads the clue in data', () => {
    expect(read('ocean-engine', message(clue('c-1'))).clue).toEqual({
      customerName: '李女士',
      phone: '13700137000',
      wechat: 'li_hotel',
      province: '广东省',
      city: '广州市',
      description: '想看样板间\n推广计划：开年计划\n线索来源：表单\n推送：clue.event',
      leadTime: '2026-03-10 09:30:00',
      externalClueId: 'c-1',
    });
    expect(read('ocean-engine', { message_id: 'x' }).failed).toBe('推送里没有线索数据');
  });

  it('reads each of several', () => {
    const several = message([clue('c-1'), clue('c-2')]);
    expect(adapters['ocean-engine'].keys(request(several), {})).toEqual(['message-1', 'message-1#1']);
    expect(read('ocean-engine', several, 1).clue).toMatchObject({ externalClueId: 'c-2' });
  });
});

describe('feiyu', () => {
  const native = {
    id: '7001',
    adv_id: 1,
    adv_name: '酒店智能账户',
    name: '王总',
    telphone: '13600136000',
    weixin: '',
    gender: 1,
    province_name: '浙江',
    city_name: '杭州',
    remark: '三百间房',
    create_time: 1_773_108_000,
  };

  it('reads its native names', () => {
    expect(read('feiyu', native).clue).toEqual({
      customerName: '王总',
      phone: '13600136000',
      province: '浙江',
      city: '杭州',
      description: '三百间房',
      leadTime: '1773108000',
      sourceAccount: '酒店智能账户',
      externalClueId: '7001',
    });
  });

  it('reads the names that were set up, nested ones and forms too', () => {
    const mapping = { customerName: 'lead.who', phone: 'lead.tel' };
    const nested = request({ lead: { who: '赵总', tel: 13_500_135_000 } });
    expect(adapters.feiyu.read(nested, 0, mapping).clue).toEqual({
      customerName: '赵总',
      phone: '13500135000',
    });
    const form = request('who=%E9%92%B1%E6%80%BB&tel=13400134000', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(adapters.feiyu.read(form, 0, { customerName: 'who', phone: 'tel' }).clue).toEqual({
      customerName: '钱总',
      phone: '13400134000',
    });
    const trap = request({ a: 1 });
    expect(adapters.feiyu.read(trap, 0, { phone: '__proto__.x', wechat: 'constructor.name' }).clue).toEqual(
      {},
    );
  });
});

describe('tencent-ads', () => {
  it('reads a clue with the answers of its form', () => {
    const body = {
      leads_id: 9001,
      click_id: 'c',
      leads_name: '孙总',
      leads_telephone: '13300133000',
      leads_wechat: 'sun_hotel',
      leads_area: '四川省成都市',
      bundle: '{"客房数":"200","需求":"全屋智能"}',
      leads_create_time: '2026-03-10 09:00:00',
    };
    const clue = {
      customerName: '孙总',
      phone: '13300133000',
      wechat: 'sun_hotel',
      address: '四川省成都市',
      description: '客房数：200\n需求：全屋智能',
      leadTime: '2026-03-10 09:00:00',
      externalClueId: '9001',
    };
    expect(read('tencent-ads', body).clue).toEqual(clue);
    expect(read('tencent-ads', { data: JSON.stringify(body) }).clue).toEqual(clue);
    expect(adapters['tencent-ads'].keys(request(body), {})).toEqual(['9001']);
    expect(read('tencent-ads', { data: [{}, body] }, 1).clue).toEqual(clue);
  });
});

describe('generic-hmac', () => {
  it('is told apart by its body when it has a number, else by the whole request', () => {
    const { keys } = adapters['generic-hmac'];
    const mapping = mappingOf('generic-hmac', null);
    const at = (body: object, timestamp: string) =>
      keys(request(body, { headers: { 'x-genjin-timestamp': timestamp } }), mapping)[0];
    expect(at({ id: 1 }, '1')).toBe(at({ id: 1 }, '2'));
    expect(at({ id: 1 }, '1')).not.toBe(at({ id: 1, phone: 2 }, '1'));
    expect(at({ phone: 1 }, '1')).not.toBe(at({ phone: 1 }, '2'));
  });
});
