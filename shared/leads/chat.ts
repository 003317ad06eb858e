import { normalizePhone } from '../values/phone.ts';

/** What a pasted chat or a pasted form says about a customer; only what was found. */
export interface ChatFacts {
  customerName?: string;
  phone?: string;
  wechat?: string;
  contactPerson?: string;
  city?: string;
  hotelRooms?: number;
  email?: string;
}

// Platforms send chats of any length, and what starts anywhere must not look on to the end: each run here has a bound.
const PHONE_LIKE = /[+＋]?[\d０-９][\d０-９\s\-－()（）]{5,20}[\d０-９]/g;
const WECHAT_WORD = '(?:微信号|微信|薇信|威信|v信|vx|wx|weixin|wechat|加v)';
const WECHAT = new RegExp(`${WECHAT_WORD}(?:号|是|为|：|:|\\s|，|,|=)*([a-z][-_a-z0-9]{5,19})`, 'i');
const WECHAT_IS_PHONE = new RegExp(
  `${WECHAT_WORD}[^，。；\\n]{0,4}(?:同号|同手机|同电话|同步|一样)|(?:手机|电话)[^，。；\\n]{0,3}同微信`,
  'i',
);
const WECHAT_NUMBER = new RegExp(`${WECHAT_WORD}(?:号|是|为|：|:|\\s|，|,|=)*(1[3-9]\\d{9})`, 'i');
const PERSON_LABEL = /(?:姓名|称呼|联系人|名字)\s*[：:]\s*([\u4e00-\u9fa5]{1,6})/;
const PERSON_SAID = /(?:我姓|免贵姓)([\u4e00-\u9fa5])|我叫([\u4e00-\u9fa5]{2,4})(?![\u4e00-\u9fa5])/;
const PERSON_TITLE = /([\u4e00-\u9fa5])(总|经理|先生|女士|老板|老师)(?![\u4e00-\u9fa5]*(?:酒店|宾馆))/;
const PLACE = '(?:酒店|宾馆|民宿|公寓|客栈|旅馆|度假村|饭店|山庄)';
const CUSTOMER = new RegExp(
  `([\\u4e00-\\u9fa5a-z0-9·•&（）()]{1,24}?${PLACE}(?:[（(][\\u4e00-\\u9fa5a-z0-9]{1,12}店?[)）])?)`,
  'i',
);
const CUSTOMER_LABEL = /(?:客户名称|酒店名称|酒店名|公司名称|公司|单位)\s*[：:]\s*([^\n，,。；;]{2,50})/;
/** What stands before a name in a sentence. */
const LEAD_IN =
  /^.*?(?:我们是|我们家|我们的|我们|我这边是|这边是|这里是|我是|想给|准备给|打算给|给|在|做|开了?个?|有个|有家|一家|是)/;
/** A kind of place is no name: `杭州市的民宿`, `一个酒店`. */
const GENERIC = new RegExp(
  `的${PLACE}$|^(?:一个|这个|那个|你们|我家|自己|新|小|大|单体|连锁|精品|快捷)?${PLACE}$`,
);
const ROOMS = /(\d{1,5})\s{0,4}(?:多\s{0,4})?(?:间|个房间|套房|个客房|套)/;
const ROOMS_LABEL = /(?:客房数?|房间数?|房量)\s*[：:]?\s*(\d{1,5})/;
const EMAIL = /[a-z0-9._%+-]{1,64}@[a-z0-9.-]{1,253}\.[a-z]{2,}/i;
const CITY = /([\u4e00-\u9fa5]{2,4})市/;
const CITY_LABEL = /(?:城市|地区|所在地)\s*[：:]\s*([\u4e00-\u9fa5]{2,8}?)(?:市|\s|$|，|,)/;

function phoneIn(text: string): string | undefined {
  for (const run of text.match(PHONE_LIKE) ?? []) {
    const whole = normalizePhone(run);
    if (whole) return whole;
    // Two numbers with a space between them look like one.
    for (const part of run.split(/\s+/)) {
      const found = normalizePhone(part);
      if (found) return found;
    }
  }
  return undefined;
}

function wechatIn(text: string, phone: string | undefined): string | undefined {
  const named = WECHAT.exec(text)?.[1] ?? WECHAT_NUMBER.exec(text)?.[1];
  if (named) return named;
  return phone && WECHAT_IS_PHONE.test(text) ? phone : undefined;
}

function customerIn(text: string): string | undefined {
  const labelled = CUSTOMER_LABEL.exec(text)?.[1]?.trim();
  if (labelled) return labelled;
  const said = CUSTOMER.exec(text)?.[1];
  if (!said) return undefined;
  const name = said.replace(LEAD_IN, '').replace(/^的/, '');
  return name.length < 4 || GENERIC.test(name) ? undefined : name;
}

function personIn(text: string): string | undefined {
  const labelled = PERSON_LABEL.exec(text)?.[1];
  if (labelled) return labelled;
  const title = PERSON_TITLE.exec(text);
  const said = PERSON_SAID.exec(text);
  if (said) return said[2] ?? `${said[1]}${title && title[1] === said[1] ? title[2] : '先生/女士'}`;
  return title ? `${title[1]}${title[2]}` : undefined;
}

/** Reads a pasted chat by rules: what it is sure of, and nothing else. */
export function readChat(text: string): ChatFacts {
  const phone = phoneIn(text);
  const rooms = ROOMS_LABEL.exec(text)?.[1] ?? ROOMS.exec(text)?.[1];
  const found: ChatFacts = {
    customerName: customerIn(text),
    phone,
    wechat: wechatIn(text, phone),
    contactPerson: personIn(text),
    city: CITY_LABEL.exec(text)?.[1] ?? CITY.exec(text)?.[1],
    hotelRooms: rooms === undefined ? undefined : Number(rooms),
    email: EMAIL.exec(text)?.[0],
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}
