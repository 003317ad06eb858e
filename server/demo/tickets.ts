import type { TicketDraft, TicketResolution } from '#shared/service-tickets/contract.ts';
import type { TicketStep } from '#shared/service-tickets/machine.ts';

/** What became of a problem at a customer's. */
export interface TicketStory {
  /** How many working days ago it was reported. */
  readonly day: number;
  readonly by: 'sales' | 'sales2' | 'sales3' | 'manager' | 'engineer';
  readonly draft: Pick<TicketDraft, 'ticketType' | 'ticketTitle' | 'priority' | 'problemDescription'>;
  /** Who was sent, and how far they came; nobody yet without it. */
  readonly sent?: {
    readonly to: 'engineer' | 'engineer2';
    readonly steps: readonly TicketStep[];
    /** How many working days ago they went there, if that was later. */
    readonly later?: number;
  };
  readonly work?: Pick<
    TicketResolution,
    'problemAnalysis' | 'solution' | 'replacedParts' | 'serviceFee' | 'isRemote'
  >;
  readonly rating?: { readonly customerRating: number; readonly customerFeedback?: string };
  readonly ended?: 'closed' | 'cancelled' | 'refused' | 'reopened';
}

const THERE = ['accept', 'depart', 'arrive'] as const;
const DONE = [...THERE, 'resolve'] as const;
const SIGNED = [...DONE, 'sign'] as const;
const FROM_AFAR = ['accept', 'resolve', 'sign'] as const;

const work = (
  problemAnalysis: string,
  solution: string,
  more: Partial<NonNullable<TicketStory['work']>> = {},
): NonNullable<TicketStory['work']> => ({ problemAnalysis, solution, ...more });

const story = (
  day: number,
  by: TicketStory['by'],
  ticketType: TicketDraft['ticketType'],
  priority: NonNullable<TicketDraft['priority']>,
  ticketTitle: string,
  problemDescription: string,
  more: Omit<TicketStory, 'day' | 'by' | 'draft'> = {},
): TicketStory => ({ day, by, draft: { ticketType, priority, ticketTitle, problemDescription }, ...more });

/** The problems of the last weeks, the oldest first. */
export const TICKET_STORIES: readonly TicketStory[] = [
  story(28, 'sales', 'repair', 'high', '18 楼两间房面板离线', '1806、1808 面板黑屏，重启无效。', {
    sent: { to: 'engineer', steps: SIGNED },
    work: work('楼层网关电源老化，间歇掉线', '更换网关电源，两间房重新入网，观察一小时正常。', {
      replacedParts: [{ partName: '网关电源 12V 2A', partCode: 'PW-1202', quantity: 1, unitCost: 68 }],
      serviceFee: 120,
    }),
    rating: { customerRating: 5, customerFeedback: '师傅来得快，讲得也清楚。' },
    ended: 'closed',
  }),
  story(
    26,
    'sales2',
    'technical_support',
    'medium',
    '前台不会改欢迎模式',
    '新来的前台不会设置入住欢迎灯光。',
    {
      sent: { to: 'engineer2', steps: FROM_AFAR },
      work: work('不熟悉后台操作', '远程带前台做了一遍，发了操作视频。', { isRemote: true }),
      rating: { customerRating: 5 },
      ended: 'closed',
    },
  ),
  story(25, 'sales', 'replacement', 'medium', '305 房窗帘电机异响', '开合时有咔咔声，客人投诉两次。', {
    sent: { to: 'engineer', steps: SIGNED, later: 24 },
    work: work('电机齿轮磨损', '更换窗帘电机并重设行程。', {
      replacedParts: [{ partName: '窗帘电机', partCode: 'CM-35', quantity: 1, unitCost: 420 }],
    }),
    rating: { customerRating: 4 },
    ended: 'closed',
  }),
  story(23, 'manager', 'inspection', 'low', '季度巡检', '全馆客控主机与网关巡检。', {
    sent: { to: 'engineer2', steps: SIGNED, later: 21 },
    work: work('例行巡检，两台网关信号偏弱', '调整网关位置，清理机柜灰尘，备份配置。', { serviceFee: 600 }),
    ended: 'closed',
  }),
  story(21, 'sales3', 'question', 'low', '能不能接他们自己的小程序', '店主问房控能否从自家小程序控制。', {
    sent: { to: 'engineer', steps: FROM_AFAR },
    work: work('咨询接口', '说明了开放接口与报价方式，转销售跟进。', { isRemote: true }),
    ended: 'closed',
  }),
  story(20, 'sales', 'repair', 'urgent', '整层空调无法控制', '12 楼空调面板全部无响应，满房。', {
    sent: { to: 'engineer', steps: SIGNED },
    work: work('楼层总线短路，一个温控器进水', '更换进水的温控器，总线恢复。', {
      replacedParts: [
        { partName: '温控器', partCode: 'TC-86', quantity: 1, unitCost: 238 },
        { partName: '总线接线端子', quantity: 4, unitCost: 6.5 },
      ],
      serviceFee: 200,
    }),
    rating: { customerRating: 5, customerFeedback: '救急了，谢谢赵工。' },
    ended: 'closed',
  }),
  story(18, 'sales2', 'complaint', 'high', '上次修完又坏了', '305 窗帘又有异响，客人要求赔偿。', {
    sent: { to: 'engineer2', steps: SIGNED },
    work: work('轨道变形', '校正轨道，更换滑轮。', {
      replacedParts: [{ partName: '窗帘滑轮', quantity: 12, unitCost: 2.5 }],
    }),
    rating: { customerRating: 2, customerFeedback: '希望一次修好。' },
    ended: 'closed',
  }),
  story(17, 'sales3', 'repair', 'medium', '插卡取电不断电', '拔卡后灯不灭。', {
    sent: { to: 'engineer', steps: SIGNED },
    work: work('取电开关继电器粘连', '更换取电开关。', {
      replacedParts: [{ partName: '取电开关', partCode: 'KT-20', quantity: 1, unitCost: 98.5 }],
      serviceFee: 80,
    }),
    ended: 'closed',
  }),
  story(16, 'sales', 'issue', 'low', '面板丝印磨损', '大堂面板字看不清，想换一块。', { ended: 'cancelled' }),
  story(14, 'sales', 'repair', 'high', '会议室灯光场景乱跳', '开会时自动切到投影模式。', {
    sent: { to: 'engineer', steps: SIGNED, later: 13 },
    work: work('人体感应与场景绑定冲突', '解除绑定，改为手动场景。', { serviceFee: 120 }),
    rating: { customerRating: 5 },
    ended: 'closed',
  }),
  story(13, 'manager', 'technical_support', 'medium', '网关升级固件', '配合总部升级 3.2 版本。', {
    sent: { to: 'engineer2', steps: FROM_AFAR },
    work: work('固件版本过旧', '远程升级 6 台网关，全部在线。', { isRemote: true }),
    ended: 'closed',
  }),
  story(11, 'sales2', 'repair', 'medium', '门锁电量报警误报', '新换电池仍提示低电量。', {
    sent: { to: 'engineer', steps: SIGNED },
    work: work('门锁固件误判', '升级门锁固件，复位电量。', {}),
    rating: { customerRating: 4, customerFeedback: '等的时间有点长。' },
  }),
  story(10, 'sales', 'suggestion', 'low', '希望面板能调背光', '夜里太亮，客人睡不好。', {
    sent: { to: 'engineer', steps: FROM_AFAR },
    work: work('默认背光偏亮', '远程把夜间背光调到 10%，其余反馈给研发。', { isRemote: true }),
  }),
  story(9, 'sales3', 'repair', 'medium', '公区灯定时失效', '走廊灯半夜不关。', {
    sent: { to: 'engineer2', steps: SIGNED },
    work: work('时钟模块掉电', '更换纽扣电池并校时。', {
      replacedParts: [{ partName: '纽扣电池 CR2032', quantity: 2, unitCost: 5 }],
      serviceFee: 80,
    }),
    ended: 'reopened',
  }),
  story(8, 'sales', 'replacement', 'medium', '客控主机更换', '0715 主机频繁重启。', {
    sent: { to: 'engineer', steps: SIGNED, later: 7 },
    work: work('主机主板故障', '更换客控主机，导入房间配置。', {
      replacedParts: [{ partName: '客控主机', partCode: 'RCU-8', quantity: 1, unitCost: 1280 }],
      serviceFee: 150,
    }),
  }),
  story(6, 'sales2', 'repair', 'high', '浴室人体感应不灵', '客人洗澡时灯灭。', {
    sent: { to: 'engineer2', steps: DONE, later: 5 },
    work: work('感应器角度偏', '调整角度，延时改为 10 分钟。', { serviceFee: 80 }),
    ended: 'refused',
  }),
  story(5, 'manager', 'repair', 'medium', '0912 面板触摸不灵', '要按几次才有反应。', {
    sent: { to: 'engineer', steps: ['accept'] },
  }),
  story(4, 'sales3', 'repair', 'high', '大门智能锁打不开', '只能用机械钥匙，住客很不方便。', {}),
  story(3, 'sales', 'inspection', 'low', '二期样板间验收前检查', '验收前把样板间过一遍。', {
    sent: { to: 'engineer', steps: ['accept'] },
  }),
  story(2, 'sales', 'repair', 'medium', '泳池区灯带闪烁', '晚上七点后闪。', {
    sent: { to: 'engineer', steps: DONE, later: 1 },
    work: work('灯带驱动电源功率不足', '更换大功率驱动。', {
      replacedParts: [{ partName: '灯带驱动 200W', partCode: 'LD-200', quantity: 1, unitCost: 186 }],
      serviceFee: 120,
    }),
  }),
  story(2, 'sales2', 'technical_support', 'medium', '后台账号权限不对', '店长看不到报表。', {
    sent: { to: 'engineer2', steps: ['accept'] },
  }),
  story(1, 'sales', 'repair', 'urgent', '套房全屋断控', '明天有重要客人入住，务必今天恢复。', {
    sent: { to: 'engineer', steps: THERE, later: 0 },
  }),
  story(1, 'sales3', 'repair', 'medium', '茶室空调遥控失灵', '面板按了没反应。', {
    sent: { to: 'engineer2', steps: ['accept', 'depart'], later: 0 },
  }),
  story(0, 'sales2', 'repair', 'high', '1503 房灯光不受控', '总控按了没反应，单控正常。', {
    sent: { to: 'engineer', steps: [] },
  }),
  story(0, 'sales', 'question', 'low', '想加装三间房的报价', '问加装要停房多久。', {}),
];
