import type { RoleCode } from '#shared/access/roles.ts';

export const DEMO_PASSWORD = 'genjin2026';

interface DemoAccount {
  readonly username: string;
  readonly name: string;
  readonly title: string;
  readonly roles: readonly RoleCode[];
  readonly department: '华南销售部' | '客户服务部';
  readonly mobile: string;
}

/** The people of the demo company; the first ones are worth signing in as. */
export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  {
    username: 'sales',
    name: '李强',
    title: '销售',
    roles: ['sales'],
    department: '华南销售部',
    mobile: '13800010001',
  },
  {
    username: 'media',
    name: '周敏',
    title: '新媒体登记',
    roles: ['media'],
    department: '客户服务部',
    mobile: '13800010002',
  },
  {
    username: 'manager',
    name: '王芳',
    title: '销售主管',
    roles: ['sales_manager'],
    department: '华南销售部',
    mobile: '13800010003',
  },
  {
    username: 'engineer',
    name: '赵磊',
    title: '运维工程师',
    roles: ['engineer'],
    department: '客户服务部',
    mobile: '13800010004',
  },
  {
    username: 'finance',
    name: '陈静',
    title: '财务',
    roles: ['finance'],
    department: '客户服务部',
    mobile: '13800010005',
  },
  {
    username: 'admin',
    name: '林涛',
    title: '管理员',
    roles: ['admin'],
    department: '客户服务部',
    mobile: '13800010006',
  },
  {
    username: 'sales2',
    name: '黄婷',
    title: '销售',
    roles: ['sales'],
    department: '华南销售部',
    mobile: '13800010007',
  },
  {
    username: 'sales3',
    name: '刘洋',
    title: '销售',
    roles: ['sales'],
    department: '华南销售部',
    mobile: '13800010008',
  },
  {
    username: 'engineer2',
    name: '孙浩',
    title: '运维工程师',
    roles: ['engineer'],
    department: '客户服务部',
    mobile: '13800010009',
  },
];
