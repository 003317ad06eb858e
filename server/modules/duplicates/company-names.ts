import { normalizeText } from '../../kernel/search.ts';

const PROVINCES =
  '河北 山西 内蒙古 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 香港 澳门 台湾'.split(
    ' ',
  );
const CITIES =
  '北京 天津 上海 重庆 石家庄 唐山 秦皇岛 保定 太原 大同 呼和浩特 包头 沈阳 大连 长春 哈尔滨 南京 苏州 无锡 常州 南通 扬州 徐州 杭州 宁波 温州 嘉兴 绍兴 金华 义乌 台州 合肥 芜湖 黄山 福州 厦门 泉州 漳州 南昌 赣州 九江 济南 青岛 烟台 威海 潍坊 临沂 郑州 洛阳 开封 武汉 宜昌 襄阳 长沙 株洲 岳阳 张家界 广州 深圳 珠海 佛山 东莞 惠州 中山 汕头 湛江 江门 肇庆 清远 南宁 桂林 柳州 北海 海口 三亚 成都 绵阳 乐山 贵阳 遵义 昆明 大理 丽江 西双版纳 拉萨 西安 咸阳 兰州 敦煌 西宁 银川 乌鲁木齐'.split(
    ' ',
  );

const LEGAL_FORM = /(?:股份|责任)?有限(?:责任)?公司|分公司|公司|集团/gu;
const BRACKETS = /\(([^)]*)\)|\[([^\]]*)\]|【([^】]*)】|「([^」]*)」/gu;
/** What follows the word for hotel and ends in 店: which of several houses. */
const BRANCH = /(酒店|宾馆|饭店|公寓|民宿|客栈|旅馆|旅店)(.+?)分?店$/u;
/** Words that say what kind of business it is, and nothing about which. */
const GENERIC =
  /大酒店|酒店|大饭店|饭店|宾馆|旅馆|旅店|招待所|公寓|民宿|客栈|度假村|度假|国际|商务|快捷|精品|连锁|主题|豪华|大厦|管理|投资|实业|物业|旅游|餐饮|服务|发展|文化|贸易|科技|股份|hotel|hotels|resort/gu;
const DIVISION = /^(?:省|市|特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区)/u;

interface CompanyName {
  /** What is left of the name: its own words. */
  readonly core: string;
  readonly provinces: readonly string[];
  readonly cities: readonly string[];
  readonly branch: string;
}

const without = (text: string, places: readonly string[]): string =>
  places.reduce((rest, place) => {
    const at = rest.indexOf(place);
    return at < 0 ? rest : rest.slice(0, at) + rest.slice(at + place.length).replace(DIVISION, '');
  }, text);
const within = (text: string, places: readonly string[]): string[] =>
  places.filter((place) => text.includes(place));
const lettersOf = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, '');

/** A name taken apart: place, legal form, words of the trade and branch away from its own words. */
export function companyName(name: string): CompanyName {
  const whole = normalizeText(name);
  const bracketed = [...whole.matchAll(BRACKETS)].map((match) => match.slice(1).join(''));
  const plain = lettersOf(whole.replace(BRACKETS, '')).replace(LEGAL_FORM, '');
  const [, , house = ''] = BRANCH.exec(plain) ?? [];
  const provinces = within(whole, PROVINCES);
  const cities = within(whole, CITIES);
  const places = [...provinces, ...cities];
  const rest = without(plain.replace(BRANCH, '$1'), places);
  const branch = without(lettersOf([...bracketed, house].join('')), places)
    .replace(LEGAL_FORM, '')
    .replace(/分?店$/u, '');
  return { core: rest.replace(GENERIC, ''), provinces, cities, branch };
}

const pairsOf = (text: string): Set<string> => {
  const characters = [...text];
  return new Set(characters.slice(1).map((character, i) => `${characters[i]}${character}`));
};

function overlap(a: string, b: string): number {
  const [mine, theirs] = [pairsOf(a), pairsOf(b)];
  if (mine.size === 0 || theirs.size === 0) return 0;
  const shared = [...mine].filter((pair) => theirs.has(pair));
  return (2 * shared.length) / (mine.size + theirs.size);
}

const SIMILAR = 0.6;
const elsewhere = (a: readonly string[], b: readonly string[]): boolean =>
  a.length > 0 && b.length > 0 && !a.some((place) => b.includes(place));
const otherHouse = (a: string, b: string): boolean =>
  a !== '' && b !== '' && !a.includes(b) && !b.includes(a) && overlap(a, b) < SIMILAR;

/**
 * How alike two names are, 0 to 1; 0 below what counts as similar. Houses of one chain in different places, or that call
 * themselves differently, are different customers.
 */
export function similarity(a: CompanyName, b: CompanyName): number {
  const apart =
    elsewhere(a.cities, b.cities) || elsewhere(a.provinces, b.provinces) || otherHouse(a.branch, b.branch);
  const score = apart ? 0 : overlap(a.core, b.core);
  return score >= SIMILAR ? score : 0;
}
