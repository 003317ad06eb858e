import * as z from 'zod';
import { phone } from '../values/phone.ts';
import { clearable, optionalBlock, optionalLine, requiredLine } from '../values/text.ts';

export const SOURCE_LABELS = {
  douyin: '抖音',
  wechat: '微信',
  social_media: '社交媒体',
  exhibition: '展会',
  referral: '转介绍',
  website: '官网',
  event: '活动',
  cold_call: '陌拜',
  phone: '来电',
  import: '导入',
  other: '其他',
} as const;
export type LeadSource = keyof typeof SOURCE_LABELS;

export const CUSTOMER_TYPE_LABELS = {
  chain_hotel: '连锁酒店',
  single_hotel: '单体酒店',
  distributor: '经销商',
  homestay: '民宿',
  apartment: '公寓',
  corporate: '企业',
  individual: '个人',
  government: '政府机构',
  other: '其他',
} as const;
export type CustomerType = keyof typeof CUSTOMER_TYPE_LABELS;

export const CUSTOMER_LEVEL_LABELS = { A: 'A 重点', B: 'B 普通', C: 'C 一般' } as const;
export type CustomerLevel = keyof typeof CUSTOMER_LEVEL_LABELS;

export const LOYALTY_LABELS = { bronze: '铜', silver: '银', gold: '金', platinum: '铂金' } as const;

/** What the fields of a customer are called, in the order of its form. */
export const CUSTOMER_FIELD_LABELS = {
  customerName: '客户名称',
  customerType: '客户类型',
  level: '等级',
  phone: '电话',
  province: '省份',
  city: '城市',
  address: '地址',
  hotelRooms: '客房数',
  hotelStar: '星级',
  industry: '行业',
  source: '来源',
  email: '邮箱',
  website: '网站',
  taxNo: '税号',
  loyaltyLevel: '忠诚度',
  description: '备注',
} as const;
export type CustomerField = keyof typeof CUSTOMER_FIELD_LABELS;

const keys = <K extends string>(labels: Record<K, string>) => z.enum(Object.keys(labels) as K[]);
export const customerType = keys(CUSTOMER_TYPE_LABELS);
export const level = keys(CUSTOMER_LEVEL_LABELS);
export const loyalty = keys(LOYALTY_LABELS);

/** What people fill in about a customer. */
export const customerFields = {
  customerName: requiredLine(100),
  customerType: customerType.nullable().optional(),
  level: level.nullable().optional(),
  industry: optionalLine(50),
  province: optionalLine(20),
  city: optionalLine(20),
  address: optionalLine(200),
  hotelRooms: z.number().int().min(0).max(100_000).nullable().optional(),
  hotelStar: optionalLine(20),
  phone: clearable(phone),
  email: clearable(z.union([z.email(), z.literal('')])),
  website: optionalLine(200),
  taxNo: optionalLine(30),
  source: keys(SOURCE_LABELS),
  loyaltyLevel: loyalty.nullable().optional(),
  description: optionalBlock(2000),
};
