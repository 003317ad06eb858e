import type { CustomerType } from '#shared/customers/draft.ts';
import type { FollowUpMethod } from '#shared/followups/contract.ts';
import type { LeadOutcome } from '#shared/leads/contract.ts';

/**
 * What is said in the demo company. `{who}` is the customer's contact; `{rooms}`, `{unit}`, `{total}`, `{sample}`, `{pms}`,
 * `{open}`, `{floors}`, `{old}`, `{bill}`, `{rival}` are facts of one lead and the same in all of its texts.
 */
interface Step {
  readonly method: FollowUpMethod;
  /** What the salesperson writes; one of these. */
  readonly content: readonly string[];
  /** What the customer said, if it is written apart. */
  readonly feedback?: readonly string[];
  readonly result?: string;
  /** What is agreed for next time. */
  readonly next: readonly string[];
  /** The customer turned out to be serious. */
  readonly qualifies?: true;
  /** Takes place so many working days after the one before, at least. */
  readonly wait?: number;
}

export interface Scenario {
  readonly types: readonly CustomerType[];
  /** The need as it was registered. */
  readonly needs: readonly string[];
  /** What a room costs, in yuan, from and to. */
  readonly prices: readonly [number, number];
  /** From the first contact to the contract; a lead that is under way has come a part of it. */
  readonly steps: readonly Step[];
  readonly won: string;
  readonly lost: readonly LostLine[];
}

export interface LostLine {
  readonly content: string;
  readonly reason: string;
  readonly outcome: LeadOutcome;
  /** Only after so many steps, at least and at most. */
  readonly from?: number;
  readonly to?: number;
}

const opening: Scenario = {
  types: ['single_hotel', 'chain_hotel'],
  prices: [1800, 3000],
  needs: [
    '在建酒店，{rooms}间房，{open}开业，想了解整套客控系统',
    '想了解客控系统，{rooms}间房，{open}开业，需要方案和报价',
    '新酒店筹建，{rooms}间，弱电正在设计，问客控什么时候进场',
    '私信问：{rooms}间房全屋智能大概多少钱，{open}开业',
  ],
  steps: [
    {
      method: 'phone',
      content: [
        '{who}说酒店水电刚进场，一共{rooms}间，想弄清楚有线和无线的区别。先讲了两种布线方式，加了微信发公司介绍。',
        '电话聊了十来分钟。{rooms}间，{open}开业，灯光、空调、窗帘、门显都要，目前还没定品牌。',
        '{who}正在工地，说话不方便，先加微信，让把同规模酒店的案例发两个过去。',
      ],
      result: '有需求',
      next: ['发方案和单间预算', '发同规模酒店的案例和单间报价'],
    },
    {
      method: 'wechat',
      content: [
        '发了{rooms}间的初步方案，单间按{unit}元估，合计约{total}万。{who}说先跟合伙人商量。',
        '按标间、大床、套房三种房型出了点位表，单间均价{unit}元，发给{who}，让他对一下房型数量。',
      ],
      feedback: ['比预想的贵一点，能不能分两档配置', '方案看得懂，点位再少几个也行'],
      next: ['问合伙人意见', '确认房型数量，改一版报价'],
    },
    {
      method: 'phone',
      content: [
        '合伙人问能不能对接{pms}。已确认接口是开放的，入住自动开空调、退房断电都能做，对接文档随后发过去。',
        '{who}担心前台不会用。讲了{pms}对接后前台不用多操作，插卡、退房都是自动的，约了去现场看。',
      ],
      result: '有意向',
      qualifies: true,
      next: ['去现场看管井和样板间', '约工地现场'],
    },
    {
      method: 'visit',
      content: [
        '到现场看了{floors}楼样板间，管井位置够，主机放衣柜顶。{who}要求先做一间看效果。',
        '和{who}、弱电施工队一起走了一层，强电箱离床头远，面板要多拉两根线，施工队答应配合。',
      ],
      feedback: ['样板间做出来好看，其他房间就按这个走', '施工不能影响{open}开业'],
      next: ['报样板间价格', '发样板间清单和价格'],
    },
    {
      method: 'wechat',
      content: [
        '样板间清单已发：面板、温控、窗帘电机、门显、语音，共{sample}元。{who}说这周内打款。',
        '{who}确认样板间按{sample}元做，款走对公，开票信息已经要到。',
      ],
      next: ['确认样板间到款并安排安装', '看样板间效果'],
    },
    {
      method: 'visit',
      wait: 4,
      content: [
        '样板间装好，{who}和股东一起看了灯光场景，比较满意，要求夜灯再调暗一点，当场改好。',
        '样板间验收。股东试了语音和离房模式，对断电延时提了意见，改成三分钟，其余没有问题。',
      ],
      result: '样板间通过',
      next: ['谈合同条款', '出正式合同，谈付款方式'],
    },
    {
      method: 'meeting',
      content: [
        '谈合同：预付三成，到货六成，验收一成，总价{total}万含安装调试，质保两年。等对方盖章。',
        '和{who}、财务一起过合同，最后定{total}万，分两批到货，第一批保证{open}前装完。',
      ],
      next: ['催盖章和预付款'],
    },
  ],
  won: '合同盖章，预付款已到账',
  lost: [
    {
      content:
        '{who}回复，股东最后选了{rival}，单间便宜三百多，主要看价格。留了话：后期维护有问题随时找我们。',
      reason: '选了{rival}，单间价格低三百多',
      outcome: 'lost',
      from: 2,
    },
    {
      content: '打电话问进度，{who}说资金没到位，工地上个月就停了，什么时候复工说不准。',
      reason: '项目停工，资金没有到位',
      outcome: 'ended',
    },
    {
      content: '{who}说弱电总包给了施工单位，客控由他们统一采购，甲方不再单独定。',
      reason: '由弱电总包统一采购，甲方不单独定',
      outcome: 'lost',
    },
  ],
};

const renovation: Scenario = {
  types: ['single_hotel', 'chain_hotel'],
  prices: [960, 1600],
  needs: [
    '老酒店翻新，{rooms}间，不想重新布线，问有没有无线方案',
    '{rooms}间房局部改造，只换面板和空调控制，预算有限',
    '酒店开了{old}年，想改智能客房，边营业边改，问工期',
    '看到视频里旧酒店改造的案例，问{rooms}间改下来多少钱',
  ],
  steps: [
    {
      method: 'wechat',
      content: [
        '加上微信。酒店开了{old}年，{rooms}间，墙不能动，想用无线面板换掉旧开关。让{who}拍几张开关底盒和强电箱的照片。',
        '{who}发来房间视频，还是老式插卡取电，空调是水机两管制。跟他说可以利旧布线，先出个改造思路。',
        '通了微信语音，{who}最关心两点：不停业能不能改、坏了谁来修。都作了解释，发了改造前后的对比视频。',
      ],
      next: ['看照片，出改造方案', '发无线改造方案'],
    },
    {
      method: 'phone',
      content: [
        '底盒是86型，零火线齐，可以直接换。和{who}说单间{unit}元左右，含温控器和门磁，不用砸墙。',
        '看了照片，床头是暗装多联开关，要加转接板。单间估{unit}元，{who}说心里有数了，约时间看现场。',
      ],
      feedback: ['先改一层试试，效果好再改其他楼层', '价格还可以，就怕用两年就坏'],
      next: ['上门看现场', '约看房，量一层的点位'],
    },
    {
      method: 'visit',
      content: [
        '到店看了{floors}楼，信号没有问题，走廊每层放两个网关就够。老板同意先改{floors}楼一层。',
        '现场量了点位，{rooms}间里有六间零线不通，要单独处理。跟工程部主管也见了面，他支持改。',
      ],
      result: '有意向',
      qualifies: true,
      next: ['发一层的报价', '发{floors}楼报价和工期表'],
    },
    {
      method: 'wechat',
      content: [
        '{floors}楼报价发了，工期五天，白天施工不影响入住。{who}问能不能和{pms}连，回复可以。',
        '报价和工期表都发了，{who}转给老板看，老板在外地，回来再定。',
      ],
      next: ['等老板回来定', '跟老板当面谈一次'],
    },
    {
      method: 'visit',
      content: [
        '带了一套样品到店，装在前台旁边的房间，{who}和老板试了一下午，提的问题都答了。',
        '老板回来了，当面过报价，要求质保从两年延到三年，已请示同意。',
      ],
      feedback: ['改完这层看入住评价，好的话年前全改'],
      next: ['签{floors}楼的合同', '准备合同'],
    },
    {
      method: 'phone',
      content: [
        '{who}确认直接改全部{rooms}间，总价{total}万，分三批施工，合同发过去了，今天走流程。',
        '合同条款没有意见，总价{total}万，对方财务要求先开三成预付款的票。',
      ],
      next: ['收预付款，排施工'],
    },
  ],
  won: '全部楼层改造，合同已签，第一批下周进场',
  lost: [
    {
      content: '{who}说老板算了账，觉得换面板不影响房价，钱先拿去换床垫和布草，今年不改了。',
      reason: '预算用在别处，今年不改造',
      outcome: 'ended',
    },
    {
      content: '{who}说本地一家做{rival}的报价低两成，而且能垫资，已经定了。',
      reason: '输给{rival}，对方报价低两成并垫资',
      outcome: 'lost',
      from: 2,
    },
    {
      content: '酒店年底租约到期，房东要收回，改造取消。',
      reason: '租约到期，酒店不再经营',
      outcome: 'invalid',
    },
  ],
};

const energy: Scenario = {
  types: ['single_hotel', 'chain_hotel', 'apartment'],
  prices: [420, 680],
  needs: [
    '空调电费太高，{rooms}间一个月电费{bill}万，想装节能客控',
    '问客控能省多少电，{rooms}间，中央空调',
    '客人退房空调不关，想远程控制和无人断电',
  ],
  steps: [
    {
      method: 'phone',
      content: [
        '{who}说夏天一个月电费{bill}万，客人出门空调一直开。讲了人体感应加门磁的无人断电，要了去年十二个月的电费单。',
        '电话里问清楚：{rooms}间，风机盘管，插卡取电被客人用名片顶着。答应按实际电费算一份节能账。',
      ],
      result: '有需求',
      next: ['要电费单，算节能账', '发节能测算'],
    },
    {
      method: 'wechat',
      content: [
        '按电费单算了节能账：客房空调省两成半左右，一年省的钱够三年回本，测算表发给{who}。',
        '测算表已发，单间投入{unit}元，按{rooms}间七成入住率算，两年八个月回本。',
      ],
      feedback: ['账是好看，实际能不能省到要试', '能不能先装几间，装表对比一下'],
      qualifies: true,
      next: ['谈先试装几间', '确认试装房间'],
    },
    {
      method: 'visit',
      content: [
        '到店确认试装{floors}楼四间，另选四间不装的同朝向房间作对比，各装一块电表，先试两周。',
        '和工程部一起看了空调控制柜，风机盘管接口标准，四间试装半天可以完成。',
      ],
      result: '同意试装',
      next: ['试装', '装试点房并抄第一次表'],
    },
    {
      method: 'visit',
      wait: 5,
      content: [
        '第一周抄表，装了的四间比对照房少用百分之二十三。',
        '试装满一周，抄表数据：试点房日均七点一度，对照房九点四度，{who}看了比较满意。',
      ],
      next: ['两周期满出对比报告', '出试点报告'],
    },
    {
      method: 'meeting',
      content: [
        '带着试点报告见了老板，数据认可，要求全部{rooms}间按{total}万做，分六个月付。',
        '开会过试点报告，财务同意分期，总价{total}万，合同按节能改造项目走。',
      ],
      next: ['发合同', '跟进合同审批'],
    },
  ],
  won: '试点数据达标，全部客房签约',
  lost: [
    {
      content: '{who}说试点省电没有到预期，业主方觉得回本太慢，不做了。',
      reason: '业主认为回本周期太长',
      outcome: 'lost',
      from: 4,
    },
    {
      content: '{who}已经离职，接手的新总经理说今年没有改造计划，明年预算再看。',
      reason: '对接人离职，今年没有改造计划',
      outcome: 'ended',
    },
  ],
};

const replacement: Scenario = {
  types: ['single_hotel', 'chain_hotel', 'apartment'],
  prices: [780, 1300],
  needs: [
    '原来装的{rival}客控，厂家联系不上，{rooms}间坏了一批面板，想换',
    '现有客控系统老死机，想换一套，{rooms}间',
    '老系统面板经常失灵，客人投诉多，问能不能只换主机',
  ],
  steps: [
    {
      method: 'phone',
      content: [
        '{who}说用的是{rival}，装了{old}年，配件买不到，现在有二十多间面板失灵，客人投诉开不了灯。先让拍主机铭牌。',
        '了解情况：{rival}的系统，{rooms}间，原厂售后没人接电话。答应看看能不能保留线路只换主机和面板。',
      ],
      result: '需求急',
      qualifies: true,
      next: ['看主机型号，定替换方案', '上门勘察'],
    },
    {
      method: 'visit',
      content: [
        '上门拆了一间，原来是485总线，线可以用，主机和面板换我们的就行，单间{unit}元，比重做省一半。',
        '现场看了{floors}楼，线槽是通的，能利旧。{who}当场让先换三间投诉最多的。',
      ],
      feedback: ['最要紧是快，旺季前要换完', '先把三间坏的弄好再谈全部'],
      next: ['报三间的价格', '寄三间的设备'],
    },
    {
      method: 'visit',
      content: [
        '三间换好了，用了一天半。{who}让前台盯一周，没有投诉就换全部。',
        '三间已经替换，旧面板的底盒不用动，墙面没有破坏，老板娘比较满意。',
      ],
      next: ['一周后回访', '回访使用情况'],
    },
    {
      method: 'phone',
      wait: 5,
      content: [
        '回访：一周没有一单投诉。{who}要全部{rooms}间的报价，希望分两批换。',
        '{who}反馈稳定，就是床头面板夜间指示灯偏亮，远程调暗了。准备换其余房间。',
      ],
      next: ['发全部房间报价', '发分批更换方案'],
    },
    {
      method: 'meeting',
      content: ['总价谈到{total}万，旧件折价回收，两批换完，每批十天。合同发给{who}盖章。'],
      next: ['等盖章和预付款'],
    },
  ],
  won: '旧系统整体替换，合同与预付款已办妥',
  lost: [
    {
      content: '{who}说{rival}的代理商上门修好了，先用着，不换了。',
      reason: '原系统修好了，暂不更换',
      outcome: 'ended',
    },
    {
      content: '老板找了本地电工换成普通机械开关，不做智能了。',
      reason: '改回普通开关',
      outcome: 'lost',
    },
  ],
};

const homestay: Scenario = {
  types: ['homestay'],
  prices: [2200, 3200],
  needs: [
    '民宿{rooms}间房，想做灯光场景和语音控制',
    '{rooms}间民宿装修中，问窗帘、灯光、空调一起控制多少钱',
    '看了抖音上的智能民宿视频，想给自己店里装，{rooms}间',
    '民宿想做自助入住，门锁加客控一起问',
  ],
  steps: [
    {
      method: 'wechat',
      content: [
        '加上{who}微信，{rooms}间，硬装快结束了，想要回家自动亮灯、语音开窗帘。发了三套民宿方案的视频。',
        '{who}发来平面图，{rooms}间里有两间是复式。先问了预算，说每间不超过三千，按这个配。',
        '微信聊了一会儿，{who}自己懂一点智能家居，担心米家那套不稳定。讲了酒店级和家用的区别。',
      ],
      next: ['按平面图配一套', '发配置清单和价格'],
    },
    {
      method: 'wechat',
      content: [
        '配置清单发了，单间{unit}元：三个场景面板、窗帘电机、温控、语音音箱。{who}说比预想的便宜。',
        '按{rooms}间出了清单，单间{unit}元，门锁另算。{who}要和设计师确认面板颜色。',
      ],
      feedback: ['面板有没有哑光黑的', '音箱能不能换成自己店里的名字唤醒'],
      result: '有意向',
      qualifies: true,
      next: ['寄面板样品', '确认面板颜色'],
    },
    {
      method: 'phone',
      wait: 2,
      content: [
        '样品收到了，{who}喜欢哑光黑的那款。问装修队自己能不能装，答应派人指导第一间。',
        '和设计师三方通话，定了面板高度和床头留线，{who}让把线缆清单发给装修队。',
      ],
      next: ['发线缆清单，约第一间安装', '确认下单数量'],
    },
    {
      method: 'visit',
      content: [
        '到店指导装了第一间，两个小时，装修师傅学会了。{who}现场拍了视频准备发小红书。',
        '去店里看了现场，路由器位置要挪，画了安装图给师傅，其余房间他们自己装。',
      ],
      next: ['催下单', '收货款'],
    },
    {
      method: 'wechat',
      content: ['{who}确认{rooms}间全部下单，合计{total}万，先付一半，发货前付清。'],
      next: ['收款发货'],
    },
  ],
  won: '货款已付，安排发货',
  lost: [
    {
      content: '{who}说装修超支，智能这块先不做了，留了预埋线，以后有钱再装。',
      reason: '装修超支，先不做智能',
      outcome: 'ended',
    },
    {
      content: '{who}在网上买了家用的智能开关自己装，觉得够用。',
      reason: '自己网购家用产品',
      outcome: 'lost',
    },
    {
      content: '民宿村里不给办证，项目黄了，{who}把房子退租了。',
      reason: '没有办下经营许可，项目取消',
      outcome: 'invalid',
    },
  ],
};

const apartment: Scenario = {
  types: ['apartment'],
  prices: [620, 980],
  needs: [
    '公寓{rooms}间，想要门锁、水电表和空调统一后台管理',
    '长租公寓{rooms}间，租客换得勤，问远程门锁加断电',
    '公寓集中改造，{rooms}间，需要能对接自己的小程序',
  ],
  steps: [
    {
      method: 'phone',
      content: [
        '{who}管着{rooms}间，最头疼欠租和抄表。讲了门锁、水电、空调一个后台，能按房间远程断电，约了线上演示。',
        '电话了解需求：门锁要支持身份证和密码，空调按时段限时，最好能接他们现有的小程序。',
      ],
      result: '有需求',
      next: ['线上演示后台', '发后台演示账号'],
    },
    {
      method: 'meeting',
      content: [
        '腾讯会议演示了后台，{who}带了运营和技术两个同事，技术问了接口文档和并发，运营关心批量发密码。',
        '线上演示四十分钟，批量退租、欠费断电这两个功能他们最感兴趣，接口文档会后发了。',
      ],
      feedback: ['接口文档技术看了没问题', '单价能不能按三年租赁的方式付'],
      qualifies: true,
      next: ['报价，附接口文档', '发报价和租赁方案'],
    },
    {
      method: 'wechat',
      content: [
        '报价发了：一次买断单间{unit}元，三年租赁每间每月四十八元。{who}倾向先买断一栋。',
        '{who}把报价发给集团采购了，要求补充质保和上门响应时间，已补充。',
      ],
      next: ['跟进采购意见', '问采购进度'],
    },
    {
      method: 'visit',
      content: [
        '到{city}项目看了现场，弱电间在每层走廊尽头，网络没有问题，样板层定在{floors}楼。',
        '和物业工程一起看了{floors}楼，旧锁孔位和我们的锁一致，不用换门。',
      ],
      next: ['样板层报价', '确认样板层合同'],
    },
    {
      method: 'meeting',
      content: ['采购、运营、财务一起开会，{rooms}间总价{total}万，按楼栋分批验收付款，合同进入会签。'],
      next: ['跟进会签'],
    },
  ],
  won: '合同会签完成，首栋设备已下单',
  lost: [
    {
      content: '采购回复，集团统一用了{rival}的门锁，客控跟着一起定了。',
      reason: '集团统一采购{rival}',
      outcome: 'lost',
      from: 2,
    },
    {
      content: '{who}说公寓整体转让给别家运营，改造计划取消。',
      reason: '公寓转让，改造取消',
      outcome: 'ended',
    },
  ],
};

const chain: Scenario = {
  types: ['chain_hotel'],
  prices: [1500, 2100],
  needs: ['连锁品牌，问加盟店统一配置的客控集采价', '品牌升级，新店标准里要加客控，想了解产品和集采政策'],
  steps: [
    {
      method: 'phone',
      content: [
        '{who}负责工程采购，新版装修标准里客控列为必选，正在找三家比较。要了标准文件的客控部分。',
        '联系上{who}，他们每年新开店不少，希望统一型号、统一价格、各地都能上门。',
      ],
      result: '有需求',
      next: ['按标准出应答文件', '发产品手册和集采价'],
    },
    {
      method: 'email',
      content: [
        '按对方标准逐条应答，附检测报告、案例清单和集采价，发到采购邮箱，{who}确认收到。',
        '应答文件和样品清单已发邮件，抄送了他们品牌部，等排期评审。',
      ],
      qualifies: true,
      next: ['问评审时间', '准备样品评审'],
    },
    {
      method: 'meeting',
      content: [
        '去总部参加样品评审，三家一起比，我们面板手感和静音得分高，价格排第二。{who}暗示还有空间。',
        '品牌部、工程部、运营部都在，现场演示了离线可用，断网不影响开灯，这一点对方很在意。',
      ],
      feedback: ['价格再让一点就好谈', '售后要能承诺二十四小时到店'],
      next: ['改一版集采价', '谈售后响应条款'],
    },
    {
      method: 'meeting',
      content: [
        '集采价谈到单间{unit}元，承诺华南七十二个城市次日上门，对方同意先拿一家店做标杆。',
        '和采购总监谈了一下午，框架协议一年一签，首批{rooms}间，合计{total}万。',
      ],
      next: ['签框架协议', '跟进协议会签'],
    },
  ],
  won: '框架协议签订，首店下单',
  lost: [
    {
      content: '{who}说今年品牌标准不改了，客控放到明年预算里再议。',
      reason: '今年不改品牌标准',
      outcome: 'ended',
    },
    {
      content: '{who}通知评审结果，总部选了{rival}，我们列为备选供应商，明年还有机会。',
      reason: '集采评审落选，选了{rival}',
      outcome: 'lost',
      from: 2,
    },
  ],
};

const trade: Scenario = {
  types: ['distributor', 'corporate'],
  prices: [2000, 2600],
  needs: [
    '做弱电和智能化工程，想了解代理政策和出厂价',
    '手上有酒店项目在做，问工程价和技术支持',
    '想做{city}区域代理，问保证金和供货周期',
  ],
  steps: [
    {
      method: 'phone',
      content: [
        '{who}主要做监控和门禁，手上有两个酒店项目要配客控。讲了经销和项目报备两种方式，发了政策文件。',
        '通了电话，团队六七个人，在{city}做了{old}年弱电，以前配的是{rival}，嫌调试麻烦。',
      ],
      result: '有合作意愿',
      next: ['发经销政策', '报备第一个项目'],
    },
    {
      method: 'wechat',
      content: [
        '政策看过了，{who}觉得首批两万的备货可以接受，问样机能不能先寄一套。已申请。',
        '{who}报备了一个酒店项目，按项目价给了支持，要求技术一起对图纸。',
      ],
      feedback: ['调试简单的话可以多推', '项目保护期能不能给半年'],
      qualifies: true,
      next: ['寄样机', '技术对图纸'],
    },
    {
      method: 'visit',
      content: [
        '去他们公司做了一次产品培训，五个人，下午自己把一套样机调通了，反馈比以前用的简单。',
        '到{who}公司当面谈，看了他们的施工案例，活做得细，适合做{city}的经销商。',
      ],
      next: ['谈经销协议', '定首批备货'],
    },
    {
      method: 'meeting',
      content: ['经销协议谈定：首批{total}万，年度任务按季度考核，项目报备保护期四个月。'],
      next: ['签协议收首批货款'],
    },
  ],
  won: '经销协议签订，首批货款到账',
  lost: [
    {
      content: '{who}说已经和{rival}签了区域代理，有排他条款，暂时合作不了。',
      reason: '已签{rival}区域代理，有排他条款',
      outcome: 'lost',
    },
    {
      content: '聊下来只是想拿一套出厂价给自己家装，不做工程。',
      reason: '不是工程客户，只想按出厂价买一套自用',
      outcome: 'invalid',
    },
  ],
};

const household: Scenario = {
  types: ['individual'],
  prices: [1500, 2000],
  needs: [
    '私信问：家里能不能装，多少钱一套',
    '准备开民宿，还没有找到房子，先了解一下',
    '评论区留言想了解智能客房，加了微信',
  ],
  steps: [
    {
      method: 'wechat',
      content: [
        '通过好友了，问了几句，暂时没有具体项目，先把资料发过去。',
        '微信上聊了聊，还在看房子，问多少钱能做下来，给了一个大概范围。',
      ],
      next: ['过几天再问问进展'],
    },
    {
      method: 'wechat',
      content: ['问了进展，说还在考虑，没有回复具体时间。', '发了新的案例视频，对方点了赞，没有说话。'],
      next: ['看看有没有定下来'],
    },
  ],
  won: '小订单，货款已付',
  lost: [
    {
      content: '确认是家庭装修，一套三房两厅，不在我们业务范围，推荐了家装的同行。',
      reason: '家庭装修，不是酒店客户',
      outcome: 'invalid',
    },
    {
      content: '对方说只是好奇问问，没有开店的打算。',
      reason: '没有实际需求',
      outcome: 'invalid',
    },
  ],
};

/** For the head offices of chains; their hotels are hotels like others. */
export const HEAD_OFFICE = chain;

export const SCENARIOS: readonly Scenario[] = [
  opening,
  renovation,
  energy,
  replacement,
  homestay,
  apartment,
  trade,
  household,
];

/** Tries that reached nobody. */
export const UNREACHED: readonly { readonly method: FollowUpMethod; readonly content: readonly string[] }[] =
  [
    {
      method: 'phone',
      content: [
        '打了两次没人接，发了短信说明来意。',
        '电话响了没人接，加微信还没有通过。',
        '接通后说在开会，让晚点打。',
      ],
    },
    {
      method: 'phone',
      content: [
        '再打一次，还是无人接听。',
        '号码核对过没有错，换个时间再打，还是没人接。',
        '换了座机打，直接转语音信箱。',
      ],
    },
    {
      method: 'wechat',
      content: [
        '微信发了案例，没有回复。',
        '好友申请发了三次没有通过。',
        '微信通过了，发了资料，两天没有回复。',
      ],
    },
  ];

/** What ends a lead that nobody ever got hold of; after so many tries. */
export const INVALID: readonly LostLine[] = [
  { content: '电话是空号，微信也搜不到。', reason: '空号，微信搜不到', outcome: 'invalid', to: 0 },
  {
    content: '接通后说从来没有留过电话，让不要再打。',
    reason: '号码不是本人的，没有需求',
    outcome: 'invalid',
  },
  { content: '聊了几句发现是同行，来打听价格的。', reason: '同行询价', outcome: 'invalid', from: 1 },
  { content: '第三次联系还是没有人接，微信不通过。', reason: '多次联系不上', outcome: 'invalid', from: 2 },
];

/** Why a lead goes back to the pool although the customer talks. */
export const RELEASED: readonly { readonly content: string; readonly reason: string }[] = [
  { content: '{who}说年前没有预算，让过完年再联系。', reason: '客户说明年再考虑，先放公海' },
  { content: '{who}说管事的刚换人，改造的事先停一停。', reason: '对接人更换，近期没有计划' },
  { content: '问了进度，{who}说不着急，等旺季过后再看。', reason: '近期定不下来，先放公海' },
  { content: '{who}希望每周能上门一次，我这边离得远，跟不过来。', reason: '路程远，换就近的同事跟进' },
];

export const UNREACHED_REASONS = [
  '一直联系不上，先退回公海',
  '没人接电话，退回给别的同事试试',
  '微信不通过，电话不接',
] as const;

export const TRANSFER_REASONS = [
  '手上项目多，转给有空的同事',
  '客户要求换一位懂工程的同事',
  '按区域重新分配',
] as const;

export const ASSIGN_REASONS = [
  '按区域分派',
  '今天的新线索，尽快联系',
  '按轮次分派',
  '客户着急，先打电话',
] as const;

/** What media notes down from a chat while registering. */
export const CHAT_NOTES = [
  '抖音私信聊了几句，对方留了电话，说下午三点以后方便接听。',
  '微信上先发了产品图册，客户想让懂技术的同事打电话细聊。',
  '直播间留言要资料，已经加上微信，客户等销售联系。',
  '客户自己打到客服，问得比较细，答应今天安排销售回电。',
] as const;

/** Short needs of leads that came in today, as chats bring them. */
export const FRESH_NEEDS = [
  '在抖音看到样板间视频，问{rooms}间做下来多少钱，请尽快联系',
  '留言：酒店准备换客控，{rooms}间，想先看看案例',
  '微信加进来问{rooms}间的报价，说这两天都有空',
  '直播间要了资料，{rooms}间，{open}开业，想约人上门看看',
  '评论区问{rooms}间酒店节能怎么做，已经加上微信',
] as const;
