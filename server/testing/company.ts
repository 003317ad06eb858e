import { type CustomerDetail, type CustomerDraft, customers } from '#shared/customers/contract.ts';
import { type LeadDetail, type LeadDraft, leads } from '#shared/leads/contract.ts';
import { createPasswords } from '../modules/identity/passwords.ts';
import type { TestApp, TestUser } from './createTestApp.ts';

/** A company with two sales departments, one of them with a team below it, and everybody else in a third. */
export async function createCompany(t: TestApp) {
  const south = await t.department('华南销售部');
  const team = await t.department('深圳组', south);
  const north = await t.department('华北销售部');
  const service = await t.department('客户服务部');
  return {
    departments: { south, team, north, service },
    rep: await t.user({ roles: ['sales'], name: '李强', department: south }),
    /** In the same department as `rep`. */
    colleague: await t.user({ roles: ['sales'], name: '黄婷', department: south }),
    /** In the team below. */
    junior: await t.user({ roles: ['sales'], name: '刘洋', department: team }),
    northerner: await t.user({ roles: ['sales'], name: '孙悦', department: north }),
    manager: await t.user({ roles: ['sales_manager'], name: '王芳', department: south }),
    registrar: await t.user({ roles: ['media'], name: '周敏', department: service }),
    engineer: await t.user({ roles: ['engineer'], name: '赵磊', department: service }),
    finance: await t.user({ roles: ['finance'], name: '陈静', department: service }),
    admin: await t.user({ roles: ['admin'], name: '林涛', department: service }),
  };
}
export type Company = Awaited<ReturnType<typeof createCompany>>;

let phones = 13_700_000_000;

/** A telephone number that no other lead of this file has. */
export const nextPhone = (): string => String(++phones);

export const leadDraft = (more: Partial<LeadDraft> = {}): LeadDraft => ({
  customerName: '维也纳酒店深圳湾店',
  phone: nextPhone(),
  ...more,
});

/** Registers a lead over HTTP. */
export async function register(t: TestApp, as: TestUser, more: Partial<LeadDraft> = {}): Promise<LeadDetail> {
  return (await t.call(leads.create, { body: leadDraft(more) }, { as })).data;
}

/** The lead as somebody sees it now. */
export async function leadSeenBy(t: TestApp, as: TestUser, id: string): Promise<LeadDetail> {
  return (await t.call(leads.get, { params: { id } }, { as })).data;
}

/** The lead as it is stored. */
export const storedLead = (t: TestApp, id: string) =>
  t.db.selectFrom('leads').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

/** Sets up a customer over HTTP. */
export async function newCustomer(
  t: TestApp,
  as: TestUser,
  more: Partial<CustomerDraft> = {},
): Promise<CustomerDetail> {
  const body = { customerName: '金沙湾大酒店', ...more };
  return (await t.call(customers.create, { body }, { as })).data;
}

/** The customer as somebody sees it now. */
export async function customerSeenBy(t: TestApp, as: TestUser, id: string): Promise<CustomerDetail> {
  return (await t.call(customers.get, { params: { id } }, { as })).data;
}

/** For people who sign in with a password; cheap, unlike the real ones. */
export const hashPassword = (password: string): Promise<string> => createPasswords(8).hash(password);
