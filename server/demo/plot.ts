import type { LeadSource } from '#shared/customers/draft.ts';
import type { FollowUpDraft } from '#shared/followups/contract.ts';
import type { Intention, LeadDraft, LeadOutcome } from '#shared/leads/contract.ts';
import { DEFAULT_INTERVALS } from '#shared/leads/overdue.ts';
import { type Instant, toInstant, wallClock } from '#shared/values/time.ts';
import type { IsWorkday } from '#shared/values/workday.ts';
import { CUSTOMERS, type Customer } from './customers.ts';
import { createDays, type Days } from './days.ts';
import { createRandom, type Random } from './random.ts';
import {
  ASSIGN_REASONS,
  CHAT_NOTES,
  FRESH_NEEDS,
  HEAD_OFFICE,
  INVALID,
  type LostLine,
  RELEASED,
  SCENARIOS,
  type Scenario,
  TRANSFER_REASONS,
  UNREACHED,
  UNREACHED_REASONS,
} from './stories.ts';

type Seller = 'sales' | 'sales2' | 'sales3' | 'manager';
type Person = Seller | 'media';

/** One thing that somebody does to one lead. */
export type Deed = { readonly at: Instant; readonly lead: number; readonly by: Person } & (
  | { readonly does: 'create'; readonly draft: Omit<LeadDraft, 'ownerId'>; readonly owner: Seller | null }
  | { readonly does: 'followUp'; readonly draft: FollowUpDraft }
  | { readonly does: 'edit'; readonly intention: Intention }
  | { readonly does: 'qualify' | 'claim' | 'remove' }
  | { readonly does: 'close'; readonly outcome: LeadOutcome; readonly reason: string }
  | { readonly does: 'reopen' | 'release'; readonly reason: string }
  | { readonly does: 'assign'; readonly to: Seller; readonly reason: string }
  | { readonly does: 'convert'; readonly amount: number; readonly reason: string }
);

/** How a lead stands today. */
type Fate =
  | { readonly stands: 'overdue' | 'today' | 'later' | 'fresh'; readonly owner: Seller }
  | { readonly stands: 'unassigned'; readonly day: number }
  | { readonly stands: 'released' | 'converted' | 'lost' | 'invalid' | 'reopened' };

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

const open = (owner: Seller, overdue: number, today: number, fresh: number, later: number): Fate[] => [
  ...times<Fate>(overdue, { stands: 'overdue', owner }),
  ...times<Fate>(today, { stands: 'today', owner }),
  ...times<Fate>(fresh, { stands: 'fresh', owner }),
  ...times<Fate>(later, { stands: 'later', owner }),
];

const FATES: readonly Fate[] = [
  ...open('sales', 5, 6, 4, 19),
  ...open('sales2', 2, 5, 3, 20),
  ...open('sales3', 8, 3, 3, 14),
  ...open('manager', 0, 1, 0, 2),
  ...[0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 6].map((day): Fate => ({ stands: 'unassigned', day })),
  ...times<Fate>(18, { stands: 'released' }),
  ...times<Fate>(24, { stands: 'converted' }),
  ...times<Fate>(31, { stands: 'lost' }),
  ...times<Fate>(12, { stands: 'invalid' }),
  ...times<Fate>(3, { stands: 'reopened' }),
];

/** Names that repeat the telephone number of an earlier one: what the duplicate check is for. */
const SAME_PHONE: Readonly<Record<string, string>> = {
  '顺德榕悦酒店（容桂店）': '佛山顺德榕悦酒店',
  '阳朔半山云舍（二期）': '阳朔半山云舍',
  '听澜度假酒店 陈总': '惠州巽寮湾听澜度假酒店',
};

const OLDEST_DAY = 42;
const SELLERS: readonly Seller[] = ['sales', 'sales2', 'sales3'];

const SURNAMES = (
  '陈chen 李li 黄huang 张zhang 梁liang 林lin 陈chen 何he 吴wu 罗luo 郑zheng 谢xie 邓deng 李li 曾zeng 叶ye 苏su 黄huang 潘pan ' +
  '韦wei 覃qin 符fu 庄zhuang 蔡cai 许xu 杨yang 周zhou 冯feng 梁liang 王wang 刘liu 钟zhong 廖liao'
)
  .split(' ')
  .map((each) => ({ surname: each.slice(0, 1), pinyin: each.slice(1) }));
const MEN =
  '志远zy 建军jj 文斌wb 国栋gd 伟杰wj 永康yk 俊豪jh 德明dm 浩然hr 家辉jh 振宇zy 少华sh 金水js 海峰hf 子健zj 明辉mh';
const WOMEN = '丽华lh 晓燕xy 嘉欣jx 海燕hy 美玲ml 秋月qy 雪梅xm 小红xh 春兰cl 婉婷wt 思琪sq 佩珊ps';
const TITLES: Readonly<Record<string, readonly string[]>> = {
  homestay: ['老板', '老板', '哥', '老板娘', '姐'],
  distributor: ['总', '工', '总'],
  corporate: ['工', '总', '经理'],
  chain_hotel: ['店长', '总', '经理', '工'],
};
const HOTEL_TITLES = ['总', '经理', '总', '经理', '主管', '老板'];
const OF_WOMEN = ['老板娘', '姐'];
const OF_MEN = ['哥', '老板', '工'];
const MONTHS = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '十一', '十二'];
const ROADS = [
  '人民路',
  '滨江大道',
  '迎宾路',
  '解放路',
  '环城南路',
  '文明路',
  '海滨路',
  '建设路',
  '兴业路',
  '湖滨路',
];

interface Character {
  readonly customer: Customer;
  readonly scenario: Scenario;
  readonly facts: Readonly<Record<string, string>>;
  readonly amount: number;
}

/** Everything that happened in the demo company up to `now`, in order. */
export function plot(now: Instant, isWorkday: IsWorkday): Deed[] {
  const random = createRandom(20_260_301);
  const days = createDays(now, isWorkday, random);
  const phones = new Map<string, string>();
  const deeds = deal(random).flatMap(({ customer, fate }, lead) => {
    const character = characterOf(customer, now, random);
    return tell(lead, character, fate, { now, days, random, phones });
  });
  // A test entry that was taken back, for whoever may look at what was deleted.
  const [typed, removed] = days.moments(5, 2) as [Instant, Instant];
  const test = {
    customerName: '测试测试',
    phone: '13900099999',
    source: 'other',
    description: '试一下能不能保存',
  } as const;
  deeds.push({ at: typed, lead: -1, by: 'media', does: 'create', draft: test, owner: null });
  deeds.push({ at: removed, lead: -1, by: 'media', does: 'remove' });
  return deeds.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** Who gets which fate. People who only ask never buy, and the copies of earlier names are registered last. */
function deal(random: Random): { customer: Customer; fate: Fate }[] {
  const copies = CUSTOMERS.slice(-4);
  const rest = random.shuffle(CUSTOMERS.slice(0, -4));
  const fates = random.shuffle(FATES);
  const take = (fits: (fate: Fate) => boolean): Fate => {
    const found = fates.findIndex(fits);
    return fates.splice(Math.max(found, 0), 1)[0]!;
  };
  const isIndividual = (customer: Customer) => customer[1] === 'individual';
  return [
    ...copies.map((customer) => ({ customer, fate: take(({ stands }) => stands === 'fresh') })),
    ...rest.filter(isIndividual).map((customer) => ({
      customer,
      fate: take(({ stands }) => stands === 'lost'),
    })),
    ...rest
      .filter((customer) => !isIndividual(customer))
      .map((customer) => ({ customer, fate: take(() => true) })),
  ];
}

function characterOf(customer: Customer, now: Instant, random: Random): Character {
  const [name, type, , city, rooms] = customer;
  const headOffice = /总部|工程部|区域/.test(name);
  const scenario = headOffice
    ? HEAD_OFFICE
    : random.pick(SCENARIOS.filter((each) => each.types.includes(type)));
  const [low, high] = scenario.prices;
  const unit = random.between(low / 20, high / 20) * 20;
  // A head office starts with one hotel; the trade starts with a first batch.
  const bought = headOffice ? 120 : (rooms ?? random.between(30, 70));
  const amount = Math.round((bought * unit) / 1000) * 1000;
  const month = Number(wallClock(now).date.slice(5, 7)) + random.between(3, 7);
  const named = SURNAMES.find(({ surname }) => new RegExp(`${surname}[总工]$`).test(name));
  const person = named ?? random.pick(SURNAMES);
  const title = named ? name.slice(-1) : random.pick(TITLES[type] ?? HOTEL_TITLES);
  const female = OF_WOMEN.includes(title) || (!OF_MEN.includes(title) && random.chance(0.45));
  const given = random.pick((female ? WOMEN : MEN).split(' '));
  return {
    customer,
    scenario,
    amount,
    facts: {
      name,
      city,
      who: `${person.surname}${title}`,
      fullName: `${person.surname}${given.replace(/[a-z]/g, '')}`,
      initials: given.replace(/[^a-z]/g, ''),
      pinyin: person.pinyin,
      rooms: String(bought),
      unit: String(unit),
      total: String(amount / 10_000),
      sample: String(Math.round((unit * 1.3) / 10) * 10),
      pms: random.pick(['绿云', '石基', '别样红', '住哲']),
      open: `${month > 12 ? '明年' : ''}${MONTHS[(month - 1) % 12]}月`,
      floors: String(random.between(3, 9)),
      old: random.pick(['五六', '七', '八', '九', '十', '十二']),
      bill: String(Math.round(bought * 0.62) / 10),
      rival: random.pick(['恒居', '贝驰', '欧睿达', '智尊']),
    },
  };
}

const fill = (text: string, facts: Character['facts']): string =>
  text.replace(/\{(\w+)\}/g, (_, key: string) => facts[key] ?? '');

interface Setting {
  readonly now: Instant;
  readonly days: Days;
  readonly random: Random;
  /** Telephone numbers that are taken, by customer. */
  readonly phones: Map<string, string>;
}

/** Something in the course of a lead before it has a time. */
interface Beat {
  readonly day: number;
  readonly deeds: (at: Instant, next: Instant | null) => DeedOf[];
  /** A contact: the one before it was agreed for about this time. */
  readonly contact?: true;
}
type DeedOf = Deed extends infer D ? (D extends Deed ? Omit<D, 'lead'> : never) : never;

const plus = (at: Instant, seconds: number): Instant => toInstant(Date.parse(at) + seconds * 1000);

function tell(lead: number, character: Character, fate: Fate, setting: Setting): Deed[] {
  const { random } = setting;
  const { scenario, facts } = character;
  const seller: Seller = 'owner' in fate ? fate.owner : random.pick(SELLERS);
  const beats: Beat[] = [];

  const steps = stepsFor(fate, scenario, random);
  const lines = closingLines(fate, character, steps, random);
  const serious = !lines.unreached && scenario.steps.slice(0, steps).some((step) => step.qualifies);
  const finalIntention = intentionFor(fate, serious, setting);
  const grows = serious && finalIntention === 'high' && random.chance(0.7);
  const last = lastDayFor(fate, finalIntention, random);
  const closes = lines.content !== '';
  const waits = scenario.steps.slice(0, steps).map((step) => (lines.unreached ? 1 : (step.wait ?? 1)));
  const contactDays = backFrom(last, closes ? [...waits, 1] : waits, random);
  const first = contactDays[0] ?? last;
  const registered = Math.min(
    first + (fate.stands === 'fresh' || fate.stands === 'unassigned' ? 0 : random.pick([0, 0, 0, 1])),
    OLDEST_DAY + 1,
  );

  // Some were taken over by a colleague after the first contact.
  const swaps = steps >= 2 && random.chance(0.1) && fate.stands !== 'released';
  const firstSeller: Seller = swaps ? random.pick(SELLERS.filter((each) => each !== seller)) : seller;

  beats.push(
    ...registration(character, fate, registered, firstSeller, grows ? 'medium' : finalIntention, setting),
  );
  contactDays.forEach((day, i) => {
    const by = swaps && i < 1 ? firstSeller : seller;
    if (swaps && i === 1) {
      const reason = random.pick(TRANSFER_REASONS);
      beats.push({ day, deeds: (at) => [{ at, by: 'manager', does: 'assign', to: seller, reason }] });
    }
    const step = lines.unreached ? null : scenario.steps[i];
    const isLast = i === contactDays.length - 1;
    const closing = isLast && closes;
    const unreached = UNREACHED[Math.min(i, UNREACHED.length - 1)]!;
    const method = closing ? lines.method : (step?.method ?? unreached.method);
    const content = closing ? lines.content : fill(random.pick(step?.content ?? unreached.content), facts);
    const feedback =
      !closing && step?.feedback && random.chance(0.55) ? fill(random.pick(step.feedback), facts) : undefined;
    const plan = closing ? undefined : fill(random.pick(step?.next ?? ['换个时间再联系']), facts);
    beats.push({
      day,
      contact: true,
      deeds: (at, next) => [
        {
          at,
          by,
          does: 'followUp',
          draft: {
            method,
            content,
            customerFeedback: feedback,
            result: closing ? undefined : step?.result,
            contactPerson: step && facts.who !== undefined && random.chance(0.4) ? facts.who : undefined,
            location: method === 'visit' ? `${facts.city}·${facts.name}` : undefined,
            nextFollowUpAt: next,
            nextFollowUpContent: next === null ? undefined : plan,
          },
        },
        ...(step?.qualifies && !closing ? [{ at: plus(at, 40), by, does: 'qualify' } as const] : []),
        ...(step?.qualifies && !closing && grows
          ? [{ at: plus(at, 65), by, does: 'edit', intention: finalIntention } as const]
          : []),
        ...(isLast ? ending(fate, character, plus(at, 90), by, lines) : []),
      ],
    });
    if (fate.stands === 'reopened' && i === 1) {
      const pause = { outcome: 'ended', reason: '客户说先放一放，年内不考虑' } as const;
      beats.push({
        day,
        deeds: (at) => [{ at: plus(at, 5), by, does: 'close', ...pause }],
      });
      const again = contactDays[2] ?? day;
      beats.push({
        day: again,
        deeds: (at) => [{ at, by: seller, does: 'reopen', reason: '客户主动打来电话，项目重新启动' }],
      });
    }
  });
  return schedule(beats, fate, finalIntention, setting).map((deed) => ({ ...deed, lead }));
}

/** Gives every beat its time, and every contact the date that was agreed for the next one. */
function schedule(beats: readonly Beat[], fate: Fate, intention: Intention, setting: Setting): DeedOf[] {
  const { days, random } = setting;
  const byDay = Map.groupBy(beats, (beat) => beat.day);
  const at = new Map<Beat, Instant>();
  for (const [day, list] of byDay) {
    const moments = lateEnough(list, day, fate, intention, setting) ?? days.moments(day, list.length);
    for (const [i, beat] of list.entries()) at.set(beat, moments[i]!);
  }
  const deeds = beats.flatMap((beat, i) => {
    const time = at.get(beat)!;
    const following = beats.slice(i + 1).find((each) => each.contact);
    let next: Instant | null = null;
    if (beat.contact && following) {
      const agreed = days.appointment(following.day);
      next = agreed > plus(time, 1800) && random.chance(0.95) ? agreed : null;
    } else if (beat.contact) {
      next = agreedFor(fate, intention, beat.day, time, setting);
    }
    return beat.deeds(time, next);
  });
  // What follows at once from something must not slip behind what happens next.
  let latest = '';
  return deeds.map((deed) => {
    latest = deed.at > latest ? deed.at : plus(latest, 1);
    return { ...deed, at: latest };
  });
}

/** Hot leads contacted yesterday are due today, but must not be overdue yet: yesterday at a later hour than it is now. */
function lateEnough(
  list: readonly Beat[],
  day: number,
  fate: Fate,
  intention: Intention,
  { now, days }: Setting,
): Instant[] | null {
  if (fate.stands !== 'today' || intention !== 'high' || day !== 1) return null;
  const time = wallClock(now).time;
  for (let attempt = 0; attempt < 40; attempt++) {
    const moments = days.moments(day, list.length);
    if (wallClock(moments.at(-1)!).time > time) return moments;
  }
  return null;
}

function agreedFor(
  fate: Fate,
  intention: Intention,
  lastDay: number,
  last: Instant,
  { days, random }: Setting,
): Instant | null {
  const interval = DEFAULT_INTERVALS[intention];
  switch (fate.stands) {
    case 'today':
      return days.laterToday();
    case 'later':
    case 'reopened':
      return days.appointment(-random.between(1, Math.max(1, interval - lastDay)));
    case 'overdue': {
      if (lastDay > interval && random.chance(0.3)) return null;
      const missed = days.appointment(random.between(1, Math.max(1, lastDay - 1)));
      return missed > plus(last, 3600) ? missed : null;
    }
    default:
      return null;
  }
}

function intentionFor(fate: Fate, serious: boolean, { random, now }: Setting): Intention {
  const { time } = wallClock(now);
  const weigh = (high: number, medium: number): Intention => {
    const roll = random.next();
    return roll < high ? 'high' : roll < high + medium || serious ? 'medium' : 'low';
  };
  switch (fate.stands) {
    case 'converted':
      return weigh(0.8, 0.2);
    case 'later':
      // A hot one is due the next day, and before ten nobody has talked to many of them again.
      return weigh(time < '10:00' ? 0 : 0.09, 0.45);
    case 'today':
      return weigh(time < '17:00' ? 0.35 : 0, 0.65);
    case 'overdue':
      return weigh(0.3, 0.5);
    case 'fresh':
      return weigh(0, 0.7);
    default:
      return weigh(0.12, 0.5);
  }
}

function stepsFor(fate: Fate, scenario: Scenario, random: Random): number {
  const all = scenario.steps.length;
  switch (fate.stands) {
    case 'fresh':
    case 'unassigned':
      return 0;
    case 'converted':
      return all - 1;
    case 'lost':
      return random.between(1, Math.max(1, all - 2));
    case 'invalid':
      return random.between(0, 2);
    case 'released':
      return random.between(1, 2);
    case 'reopened':
      return Math.min(3, all);
    default:
      return Math.min(random.between(1, all - 1), random.between(1, all));
  }
}

/** The working day of the last contact, so that the lead stands as its fate wants it. */
function lastDayFor(fate: Fate, intention: Intention, random: Random): number {
  const interval = DEFAULT_INTERVALS[intention];
  switch (fate.stands) {
    case 'today':
      return intention === 'high' ? 1 : random.between(1, interval - 1);
    case 'later':
    case 'reopened':
      return intention === 'high' ? 0 : random.between(0, interval - 1);
    case 'overdue':
      return interval + random.between(1, 4);
    case 'fresh':
      return random.pick([0, 0, 1]);
    case 'unassigned':
      return fate.day;
    case 'converted':
      return random.between(0, 16);
    default:
      return random.between(0, 30);
  }
}

/** Days of contacts up to the last one, each at least its wait and at most some days after the one before. */
function backFrom(last: number, waits: readonly number[], random: Random): number[] {
  const list: number[] = [];
  let day = last;
  for (const [i, wait] of [...waits.entries()].reverse()) {
    list.unshift(Math.min(day, OLDEST_DAY));
    const room = Math.floor((OLDEST_DAY - day) / Math.max(1, i));
    day += random.between(wait, Math.max(wait, Math.min(room, wait + (random.chance(0.2) ? 5 : 2))));
  }
  return list;
}

const SOURCES: readonly (readonly [LeadSource, number, string | null])[] = [
  ['douyin', 44, '岭南智居客控'],
  ['douyin', 8, '客房改造老周'],
  ['wechat', 26, '岭南智居服务号'],
  ['social_media', 6, '小红书 岭南智居'],
  ['website', 4, null],
  ['exhibition', 8, '广州酒店用品展'],
  ['referral', 10, null],
  ['cold_call', 4, null],
  ['phone', 4, null],
  ['event', 2, '酒店业主沙龙'],
];
const ONLINE: readonly LeadSource[] = ['douyin', 'wechat', 'social_media', 'website'];

function sourceFor(fate: Fate, random: Random): (typeof SOURCES)[number] {
  const choice = fate.stands === 'fresh' || fate.stands === 'unassigned' ? SOURCES.slice(0, 4) : SOURCES;
  return random.pick(choice.flatMap((source) => Array.from({ length: source[1] }, () => source)));
}

/** Whether a need in these words can have come in that way. */
function comesFrom(need: string, source: LeadSource): boolean {
  if (/抖音|直播间/.test(need)) return source === 'douyin';
  if (/微信加进来/.test(need)) return source === 'wechat';
  return ONLINE.includes(source) || !/私信|留言|视频|评论/.test(need);
}

function registration(
  { customer, scenario, facts }: Character,
  fate: Fate,
  day: number,
  seller: Seller,
  intention: Intention,
  setting: Setting,
): Beat[] {
  const { random } = setting;
  const [name, type, province, city, rooms] = customer;
  const [source, , sourceAccount] = sourceFor(fate, random);
  const byMedia = ONLINE.includes(source);
  const recent = day <= 1 && rooms !== null && rooms < 400 && byMedia;
  const fresh = recent && random.chance(0.6) ? FRESH_NEEDS : scenario.needs;
  const fitting = [...fresh, ...scenario.needs].filter((text) => comesFrom(text, source));
  const need = random.pick(fitting.slice(0, fresh.length));
  const noted = byMedia && fate.stands !== 'fresh' && fate.stands !== 'unassigned' && random.chance(0.12);
  const draft: Omit<LeadDraft, 'ownerId'> = {
    customerName: name,
    customerType: type,
    province,
    city,
    hotelRooms: rooms,
    source,
    sourceAccount,
    intention,
    description: fill(need, facts),
    ...contactsOf(customer, facts, setting),
    ...(random.chance(0.35) && type !== 'individual'
      ? { address: `${random.pick(ROADS)}${random.between(2, 388)}号` }
      : {}),
    ...(noted ? { followUp: { method: 'wechat', content: random.pick(CHAT_NOTES) } } : {}),
  };
  const create = (by: Person, owner: Seller | null): Beat => ({
    day,
    deeds: (at) => [{ at, by, does: 'create', draft, owner }],
  });
  if (fate.stands === 'unassigned') return [create('media', null)];
  if (!byMedia) {
    const byManager = source === 'exhibition' && random.chance(0.4);
    return [create(byManager ? 'manager' : seller, seller)];
  }
  const roll = random.next();
  if (roll < 0.7) return [create('media', seller)];
  const taken: Beat['deeds'] =
    roll < 0.86 || seller === 'manager'
      ? (at) => [{ at, by: 'manager', does: 'assign', to: seller, reason: random.pick(ASSIGN_REASONS) }]
      : (at) => [{ at, by: seller, does: 'claim' }];
  return [create('media', null), { day, deeds: taken }];
}

function contactsOf({ 0: name, 1: type }: Customer, facts: Character['facts'], { random, phones }: Setting) {
  const { pinyin, initials } = facts as Record<'pinyin' | 'initials', string>;
  const wechat = random.pick([
    `${pinyin}${initials}${random.between(10, 999)}`,
    `${initials}_${pinyin}${random.between(1978, 1999)}`,
    `${pinyin}-${initials}-${random.between(1, 99)}`,
    `a${initials}${pinyin}${random.pick(['888', '666', '520', '168'])}`,
  ]);
  const contactPerson = type === 'individual' ? undefined : random.chance(0.55) ? facts.fullName : facts.who;
  const copied = SAME_PHONE[name];
  if (copied !== undefined) {
    const phone = phones.get(copied) ?? newPhone(copied, random, phones);
    return { phone, contactPerson };
  }
  // The original of a copy may be dealt later: its number is already known then.
  const known = phones.get(name);
  if (type === 'individual' && !known) {
    return random.chance(0.5) ? { wechat } : { otherHandle: `抖音号 ${pinyin}${random.between(1000, 9999)}` };
  }
  if (type === 'homestay' && !known && random.chance(0.25)) return { wechat, contactPerson };
  const phone = known ?? newPhone(name, random, phones);
  return { phone, contactPerson, ...(random.chance(0.45) ? { wechat } : {}) };
}

function newPhone(name: string, random: Random, phones: Map<string, string>): string {
  const taken = new Set(phones.values());
  for (;;) {
    const phone = `${random.pick(['138', '139'])}000${random.between(2, 9)}${String(random.between(0, 9999)).padStart(4, '0')}`;
    if (taken.has(phone)) continue;
    phones.set(name, phone);
    return phone;
  }
}

interface Lines {
  /** Nobody was reached: the story has no steps of its own. */
  readonly unreached: boolean;
  readonly method: FollowUpDraft['method'];
  readonly content: string;
  readonly reason: string;
  readonly outcome: LeadOutcome;
}

/** How the story of an ended lead ends. */
function closingLines(fate: Fate, { scenario, facts }: Character, steps: number, random: Random): Lines {
  const none: Lines = { unreached: false, method: 'phone', content: '', reason: '', outcome: 'ended' };
  const worded = (line: { content: string; reason: string; outcome?: LeadOutcome }): Lines => ({
    ...none,
    ...line,
    content: fill(line.content, facts),
    reason: fill(line.reason, facts),
  });
  const reached = (lines: readonly LostLine[]) =>
    lines.filter(({ from = 0, to = steps }) => from <= steps && steps <= to);
  switch (fate.stands) {
    case 'invalid':
      return { ...worded(random.pick(reached(INVALID))), unreached: true };
    case 'released':
      if (random.chance(0.4)) return worded(random.pick(RELEASED));
      return { ...none, unreached: true, reason: random.pick(UNREACHED_REASONS) };
    case 'lost':
      return { ...worded(random.pick(reached(scenario.lost))), method: random.pick(['phone', 'wechat']) };
    case 'converted': {
      const { method, content } = scenario.steps.at(-1)!;
      return { ...worded({ content: random.pick(content), reason: scenario.won }), method };
    }
    default:
      return none;
  }
}

function ending(fate: Fate, { amount }: Character, at: Instant, by: Seller, lines: Lines): DeedOf[] {
  switch (fate.stands) {
    case 'invalid':
    case 'lost':
      return [{ at, by, does: 'close', outcome: lines.outcome, reason: lines.reason }];
    case 'converted':
      return [{ at, by, does: 'convert', amount, reason: lines.reason }];
    case 'released':
      return [{ at, by, does: 'release', reason: lines.reason }];
    default:
      return [];
  }
}
