import { type Expression, expressionBuilder, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Grants, Permission, Reach } from '#shared/access/permissions.ts';
import type { FileEntity } from '#shared/files/contract.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { DB } from './schema.ts';

/** Who is asking, with everything that decides what they may do. */
export interface Actor {
  readonly userId: string;
  readonly name: string;
  readonly sessionId: string;
  readonly grants: Grants;
  /** Everyone in the departments that their department reach covers, themselves included. */
  readonly teamIds: readonly string[];
  readonly mustChangePassword: boolean;
  /** Of everything that the company has set, as the request found it. */
  readonly revision: number;
}

/** The part of an actor that decides which rows they reach. */
export type Rights = Pick<Actor, 'userId' | 'teamIds' | 'grants'>;

/** One actor using one permission: decides which rows exist for them. */
export interface Scope {
  readonly actor: Rights;
  readonly permission: Permission;
  readonly reach: Reach;
}

export const may = (actor: Rights, permission: Permission): boolean => actor.grants[permission] !== undefined;

/** The scope of a permission. Throws FORBIDDEN when the actor does not hold it. */
export function scopeOf(actor: Rights, permission: Permission): Scope {
  const reach = actor.grants[permission];
  if (!reach) throw httpErrors.FORBIDDEN();
  return { actor, permission, reach };
}

type Condition = Expression<SqlBool>;
type Column =
  | 'leads.ownerId'
  | 'leads.createdBy'
  | 'customers.ownerId'
  | 'collaborators.userId'
  | 'followups.authorId'
  | 'tasks.assigneeId'
  | 'tasks.createdBy'
  | 'reminderDeliveries.userId';

const anything: Condition = sql<SqlBool>`true`;
const nothing: Condition = sql<SqlBool>`false`;

function within(column: Column, actor: Rights, reach: Reach | undefined): Condition {
  if (reach === 'all') return anything;
  if (reach === 'department') return sql<SqlBool>`${sql.ref(column)} = any(${actor.teamIds})`;
  if (reach === 'own') return sql<SqlBool>`${sql.ref(column)} = ${actor.userId}`;
  return nothing;
}

/** Where the pool is open: looking into it, taking from it, and giving from it. Everything else wants an owner first. */
const POOL_PERMISSIONS: readonly Permission[] = [
  'leads.read',
  'leads.claim',
  'leads.assign',
  // A list that is taken along shows what the list shows.
  'leads.export',
];

function heldLead({ actor, reach }: Scope): Condition {
  const { or } = expressionBuilder<DB, 'leads'>();
  if (reach === 'all') return anything;
  return or([
    within('leads.ownerId', actor, reach),
    within('leads.createdBy', actor, actor.grants['leads.registered']),
  ]);
}

const inPool: Condition = sql<SqlBool>`leads.owner_id is null`;

function reachableLead(scope: Scope): Condition {
  // Whoever merges only what they follow takes nothing out of the pool by it.
  const merging = scope.permission === 'leads.merge' && scope.reach === 'department';
  const open = merging || POOL_PERMISSIONS.includes(scope.permission);
  const pool = may(scope.actor, 'leads.pool') && open;
  if (scope.reach === 'all' || !pool) return heldLead(scope);
  const { or } = expressionBuilder<DB, 'leads'>();
  return or([heldLead(scope), inPool]);
}

/** Whoever helps with a customer sees it, and no more: what follows from seeing, e.g. writing a follow-up, too. */
function reachableCustomer({ actor, permission, reach }: Scope): Condition {
  const { or } = expressionBuilder<DB, 'customers'>();
  const owned = within('customers.ownerId', actor, reach);
  if (reach === 'all' || permission !== 'customers.read') return owned;
  // As an array, so that an index serves either side of the `or`.
  const helping = sql<SqlBool>`customers.id = any(array(select collaborators.customer_id
    from customer_collaborators as collaborators where ${within('collaborators.userId', actor, reach)}))`;
  return or([owned, helping]);
}

/** What hangs on a customer is reached with it, as long as it is there. */
const throughCustomer = (scope: Scope, table: 'contacts' | 'followups' | 'equipment'): Condition => {
  const { exists, selectFrom } = expressionBuilder<DB, never>();
  const customer = selectFrom('customers')
    .select('customers.id')
    .where(sql<boolean>`customers.id = ${sql.ref(`${table}.customerId`)} and customers.deleted_at is null`)
    .where(reachableCustomer(scope));
  return exists(customer);
};

const reachableEquipment = ({ actor, permission, reach }: Scope): Condition => {
  if (reach === 'all') return anything;
  const ofCustomer = permission === 'equipment.read' ? 'customers.read' : 'customers.update';
  return throughCustomer({ actor, permission: ofCustomer, reach }, 'equipment');
};

/** Whoever has made a ticket or was ever sent keeps seeing it, and so does whoever sees its customer. */
function reachableTicket({ actor, permission, reach }: Scope): Condition {
  const took = (ids: RawBuilder<unknown>) => sql<SqlBool>`service_tickets.participant_ids && ${ids}`;
  // Not as a list of one: a statement that is kept ready has a place for each value, none within a value.
  const actorAlone = sql`array[${actor.userId}]::uuid[]`;
  if (permission === 'serviceTickets.work') return took(actorAlone);
  if (reach === 'all') return anything;
  const participated = took(reach === 'department' ? sql`${actor.teamIds}::uuid[]` : actorAlone);
  const customers = actor.grants['customers.read'];
  if (permission !== 'serviceTickets.read' || !customers || customers === 'all') return participated;
  const { or, selectFrom } = expressionBuilder<DB, 'serviceTickets'>();
  const seen = selectFrom('customers')
    .select('customers.id')
    .where('customers.deletedAt', 'is', null)
    .where(reachableCustomer({ actor, permission: 'customers.read', reach: customers }));
  return or([participated, sql<SqlBool>`service_tickets.customer_id = any(array(${seen}))`]);
}

/** A file is seen by whoever sees the record that it hangs on. */
function reachableFile({ actor }: Scope): Condition {
  const { or, exists, selectFrom } = expressionBuilder<DB, 'files'>();
  const { grants } = actor;
  const holders: Condition[] = [];
  const holds = (entity: FileEntity, record: Expression<unknown>) =>
    holders.push(sql<SqlBool>`(${sql.ref('files.entity')} = ${sql.lit(entity)} and ${exists(record)})`);
  const of = (permission: Permission, reach: Reach): Scope => ({ actor, permission, reach });
  if (grants['serviceTickets.read']) {
    const scope = of('serviceTickets.read', grants['serviceTickets.read']);
    holds(
      'serviceTickets',
      selectFrom('serviceTickets')
        .select('serviceTickets.id')
        .whereRef('serviceTickets.id', '=', 'files.entityId')
        .where('serviceTickets.deletedAt', 'is', null)
        .where(reachableTicket(scope)),
    );
  }
  if (grants['equipment.read']) {
    const scope = of('equipment.read', grants['equipment.read']);
    holds(
      'equipment',
      selectFrom('equipment')
        .select('equipment.id')
        .whereRef('equipment.id', '=', 'files.entityId')
        .where('equipment.deletedAt', 'is', null)
        .where(reachableEquipment(scope)),
    );
  }
  if (grants['customers.read']) {
    const scope = of('customers.read', grants['customers.read']);
    holds(
      'customers',
      selectFrom('customers')
        .select('customers.id')
        .whereRef('customers.id', '=', 'files.entityId')
        .where('customers.deletedAt', 'is', null)
        .where(reachableCustomer(scope)),
    );
  }
  return holders.length > 0 ? or(holders) : nothing;
}

/**
 * Data scope, for the whole product: which rows of a table an actor reaches with a permission, deleted or not. `held`
 * leaves out what they reach only because it lies in the pool, whose contact details are masked.
 */
const policies = {
  leads: { reachable: reachableLead, held: heldLead },
  customers: { reachable: reachableCustomer },
  contacts: { reachable: (scope: Scope) => throughCustomer(scope, 'contacts') },
  followups: {
    reachable: (scope: Scope) => {
      const { or, exists, selectFrom } = expressionBuilder<DB, 'followups'>();
      if (scope.reach === 'all') return anything;
      const lead = selectFrom('leads')
        .select('leads.id')
        .whereRef('leads.id', '=', 'followups.leadId')
        .where(heldLead(scope));
      const customers = scope.actor.grants['customers.read'];
      return or([
        within('followups.authorId', scope.actor, 'own'),
        exists(lead),
        ...(customers
          ? [
              throughCustomer(
                { actor: scope.actor, permission: 'customers.read', reach: customers },
                'followups',
              ),
            ]
          : []),
      ]);
    },
  },
  tasks: {
    reachable: ({ actor, reach }: Scope) => {
      const { or } = expressionBuilder<DB, 'tasks'>();
      if (reach === 'all') return anything;
      return or([within('tasks.assigneeId', actor, reach), within('tasks.createdBy', actor, reach)]);
    },
  },
  // Whoever may look at products sees all of them.
  products: { reachable: () => anything },
  equipment: { reachable: reachableEquipment },
  serviceTickets: { reachable: reachableTicket },
  files: { reachable: reachableFile },
  reminderDeliveries: {
    reachable: ({ actor, reach }: Scope) => within('reminderDeliveries.userId', actor, reach),
  },
} satisfies Record<string, { reachable(scope: Scope): Condition; held?(scope: Scope): Condition }>;

export type ScopedTable = keyof typeof policies;
/** Those whose records can be deleted and restored. */
export type DeletableTable = Exclude<ScopedTable, 'reminderDeliveries'>;

/** The rows of a table that exist for this scope: `.where(visible(scope, 'leads'))`. */
export function visible(scope: Scope, table: DeletableTable): RawBuilder<boolean> {
  return sql<boolean>`(${sql.ref(`${table}.deletedAt`)} is null and ${policies[table].reachable(scope)})`;
}

/** The leads in the pool, the same for everybody who may look into it (`leads.pool`). */
export const pooled = (): RawBuilder<boolean> => sql<boolean>`(leads.deleted_at is null and ${inPool})`;

/** Like `visible`, for the records that were deleted. */
export function deleted(scope: Scope, table: DeletableTable): RawBuilder<boolean> {
  return sql<boolean>`(${sql.ref(`${table}.deletedAt`)} is not null and ${policies[table].reachable(scope)})`;
}

/** Whether the row is within a permission, as a column: false when the actor does not hold it. */
export function reaches(actor: Rights, permission: Permission, table: ScopedTable): RawBuilder<boolean> {
  const reach = actor.grants[permission];
  const condition = reach ? policies[table].reachable({ actor, permission, reach }) : nothing;
  return sql<boolean>`(${condition})`;
}

/** Whether the lead is reached otherwise than through the pool, so that its contact details may be shown. */
export function holds(scope: Scope): RawBuilder<boolean> {
  return sql<boolean>`(${policies.leads.held(scope)})`;
}
