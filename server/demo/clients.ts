import type { CustomerDraft } from '#shared/customers/contract.ts';
import type { CustomerStage } from '#shared/customers/machine.ts';
import type { FollowUpDraft } from '#shared/followups/contract.ts';

/** A customer that the demo company had before its leads: how it stands, who helps, and what was said last. */
interface Client {
  readonly by: 'sales' | 'sales2' | 'sales3';
  readonly draft: Omit<CustomerDraft, 'ownerId' | 'stage'>;
  /** Where it has come since. */
  readonly stage: CustomerStage;
  readonly helpers: readonly string[];
  readonly more?: { readonly name: string; readonly phone: string; readonly position: string };
  readonly said: Pick<FollowUpDraft, 'method' | 'content' | 'result'>;
}

/** Of every so many won leads one becomes a customer. */
export const WON_PER_CLIENT = 3;

export const CLIENTS: readonly Client[] = [
  {
    by: 'sales',
    draft: {
      customerName: '广州云麓国际酒店',
      customerType: 'single_hotel',
      level: 'A',
      province: '广东',
      city: '广州',
      address: '天河区体育东路 118 号',
      hotelRooms: 236,
      hotelStar: '五星',
      source: 'referral',
      contact: { name: '梁志远', position: '工程总监', phone: '13610240018', wechat: 'liangzy_yunlu' },
    },
    stage: 'client',
    helpers: ['engineer'],
    more: { name: '谢婉仪', phone: '13610240025', position: '采购经理' },
    said: {
      method: 'visit',
      content: '回访使用情况，前台反映 18 楼两间房离线，已让工程师上门。聊到二期 80 间，预算明年一季度批。',
      result: '有二期需求',
    },
  },
  {
    by: 'sales2',
    draft: {
      customerName: '岭东酒店管理集团',
      customerType: 'chain_hotel',
      level: 'A',
      province: '广东',
      city: '深圳',
      hotelRooms: 1800,
      source: 'exhibition',
      contact: { name: '范立群', position: '运营副总', phone: '13760120031' },
    },
    stage: 'negotiation',
    helpers: ['sales', 'engineer'],
    said: {
      method: 'meeting',
      content: '和集团运营、采购一起过框架协议，价格谈到七折，付款方式对方要求按店结算，约下次带法务。',
    },
  },
  {
    by: 'sales3',
    draft: {
      customerName: '桂林遇见山水民宿',
      customerType: 'homestay',
      level: 'C',
      province: '广西',
      city: '桂林',
      hotelRooms: 16,
      source: 'douyin',
      contact: { name: '蒋小芸', position: '店主', phone: '13977360046', wechat: 'jiang_shanshui' },
    },
    stage: 'prospect',
    helpers: [],
    said: { method: 'wechat', content: '发了三档配置的价格，店主倾向中间一档，等国庆后再定。' },
  },
];
