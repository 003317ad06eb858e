import type { Request } from '#shared/http/endpoint.ts';
import type { Duplicate, leads } from '#shared/leads/contract.ts';
import type { LeadStatus } from '#shared/leads/machine.ts';
import { maskContact, normalizePhone } from '#shared/values/phone.ts';
import { reaches } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import { nameKeyOf, wechatKeyOf } from '../../kernel/search.ts';

const MAX_DUPLICATES = 10;

/**
 * Leads with the same telephone number, WeChat or name, wherever they are: so that nobody registers them again. The
 * asker learns who follows each one and how far it is, and may open only what is within their scope.
 */
export async function findDuplicates(
  context: Context,
  query: Request<typeof leads.duplicates>['body'],
): Promise<{ list: Duplicate[] }> {
  const phone = query.phone ? normalizePhone(query.phone) : null;
  const wechat = query.wechat ? wechatKeyOf(query.wechat) : null;
  const name = query.customerName ? nameKeyOf(query.customerName) : null;
  if (!phone && !wechat && !name) return { list: [] };
  const rows = await context.db
    .selectFrom('leads')
    .leftJoin('users as owner', 'owner.id', 'leads.ownerId')
    .select((eb) => [
      'leads.id',
      'leads.no',
      'leads.customerName',
      'leads.status',
      'leads.createdAt',
      'owner.name as ownerName',
      eb('leads.phone', '=', phone).as('byPhone'),
      eb('leads.wechatKey', '=', wechat).as('byWechat'),
      eb('leads.nameKey', '=', name).as('byName'),
      reaches(context.actor, 'leads.read', 'leads').as('readable'),
    ])
    .where('leads.deletedAt', 'is', null)
    .where(({ or, eb }) =>
      or([
        ...(phone ? [eb('leads.phone', '=', phone)] : []),
        ...(wechat ? [eb('leads.wechatKey', '=', wechat)] : []),
        ...(name ? [eb('leads.nameKey', '=', name)] : []),
      ]),
    )
    .$if(query.exceptId !== undefined, (q) => q.where('leads.id', '!=', query.exceptId as string))
    .orderBy('leads.createdAt', 'desc')
    .limit(MAX_DUPLICATES)
    .execute();
  return {
    list: rows.map((row) => ({
      entity: 'lead' as const,
      id: row.readable ? row.id : null,
      no: row.no,
      customerName: row.readable ? row.customerName : maskContact(row.customerName),
      matchedOn: [
        ...(row.byPhone ? (['phone'] as const) : []),
        ...(row.byWechat ? (['wechat'] as const) : []),
        ...(row.byName ? (['customerName'] as const) : []),
      ],
      status: row.status as LeadStatus,
      ownerName: row.ownerName,
      createdAt: row.createdAt,
    })),
  };
}
