import { customerErrors } from '#shared/customers/contract.ts';
import type { CustomerType, LeadSource } from '#shared/customers/draft.ts';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { LeadDetail, leads } from '#shared/leads/contract.ts';
import { may } from '../../kernel/access.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { wechatKeyOf } from '../../kernel/search.ts';
import { withPermission } from '../../kernel/transition.ts';
import { insertContact } from '../customers/contacts.commands.ts';
import { takeFollowUpsOf } from '../customers/customer-follow-ups.ts';
import { type Customer, lockCustomer } from '../customers/customer-record.ts';
import { insertCustomer, moveCustomer } from '../customers/customers.commands.ts';
import { type Lead, lockLead, moveLead } from './lead-record.ts';
import { getLead } from './leads.queries.ts';

type Conversion = Request<typeof leads.convert>['body'];
type ToNew = Extract<Conversion, { to: 'newCustomer' }>;
type ToExisting = Extract<Conversion, { to: 'customer' }>;

/** Ends a lead well: as a deal, as a new customer, or as part of a customer there is. */
export async function convertLead(work: Work, id: string, body: Conversion): Promise<LeadDetail> {
  const lead = await lockLead(work, id, body.version);
  let customerId: string | null = null;
  if (body.to === 'newCustomer') customerId = await makeCustomer(work, lead, body);
  if (body.to === 'customer') customerId = await joinCustomer(work, lead, body);
  if (customerId !== null) await takeFollowUpsOf(work, customerId, lead);
  await moveLead(work, lead, 'convert', {
    reason: body.reason,
    changes: {
      customerId,
      dealDate: body.dealDate ?? null,
      dealAmount: body.dealAmount ?? null,
      endedAt: work.now,
      isContacted: true,
      nextFollowUpAt: null,
    },
  });
  return getLead(work, id);
}

/** Whoever follows the lead has the customer. */
async function makeCustomer(work: Work, lead: Lead, body: ToNew): Promise<string> {
  if (!may(work.actor, 'customers.create')) throw httpErrors.FORBIDDEN();
  const { phone, province, city, address, hotelRooms } = lead;
  const known = contactOf(lead);
  const contact = body.contact && { ...(known ?? { name: lead.customerName.slice(0, 50) }), ...body.contact };
  const draft = {
    customerName: lead.customerName,
    customerType: lead.customerType as CustomerType | null,
    source: lead.source as LeadSource,
    ...{ phone, province, city, address, hotelRooms },
    ...body.customer,
    stage: body.stage ?? (body.dealDate === undefined ? ('prospect' as const) : ('client' as const)),
    contact: body.contact === null ? undefined : (contact ?? known ?? undefined),
    ownerId: lead.ownerId ?? work.actor.userId,
  };
  return insertCustomer(work, draft, body.reason ?? `由线索 ${lead.no} 转来`);
}

/** Whom the lead names, as a contact; null when it says nothing of a person. */
function contactOf({ contactPerson, customerName, phone, wechat, email }: Lead) {
  if (!contactPerson && !phone && !wechat) return null;
  return { name: contactPerson ?? customerName.slice(0, 50), phone, wechat, email };
}

async function joinCustomer(work: Work, lead: Lead, body: ToExisting): Promise<string> {
  const { customerId, stage, reason } = body;
  let customer = await lockCustomer(withPermission(work, 'customers.read'), customerId);
  if (customer.status === 'inactive') throw customerErrors.CUSTOMER_INACTIVE();
  if (stage !== undefined && stage !== customer.stage) {
    customer = await lockForStage(work, customerId);
    await moveCustomer(work, customer, stage, reason, 'reason');
  }
  const contact = contactOf(lead);
  if (contact && !(await isKnown(work, customerId, contact))) await insertContact(work, customerId, contact);
  work.audit({
    action: 'customers.merged',
    entity: 'customers',
    entityId: customerId,
    changes: diff({}, { lead: `${lead.no} ${lead.customerName}` }),
    reason: reason ?? null,
  });
  return customerId;
}

/** Seeing a customer is enough to add a lead to it, but not to say how far it is. */
async function lockForStage(work: Work, customerId: string): Promise<Customer> {
  try {
    return await lockCustomer(withPermission(work, 'customers.update'), customerId);
  } catch (error) {
    if ((error as { code?: string }).code !== 'NOT_FOUND') throw error;
    throw httpErrors.FORBIDDEN({ fields: [{ field: 'stage', message: '没有权限改这位客户的阶段' }] });
  }
}

async function isKnown(
  { db }: Work,
  customerId: string,
  { phone, wechat }: { phone: string | null; wechat: string | null },
): Promise<boolean> {
  const known = await db
    .selectFrom('contacts')
    .select('id')
    .where('customerId', '=', customerId)
    .where('deletedAt', 'is', null)
    .where(({ or, eb }) =>
      or([
        ...(phone ? [eb('phone', '=', phone)] : []),
        ...(wechat ? [eb('wechatKey', '=', wechatKeyOf(wechat))] : []),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return known !== undefined;
}
