import { type RawBuilder, sql } from 'kysely';
import { INTENTION_LABELS, type Intention } from '#shared/leads/contract.ts';
import { type DueRules, dueCutoffs } from '#shared/leads/overdue.ts';
import { REMINDER_TIERS, type ReminderTier } from '#shared/reminders/contract.ts';
import type { Instant } from '#shared/values/time.ts';
import type { Recipients } from './recipients.ts';
import type { ReminderRules } from './rules.ts';

const INTENTIONS = Object.keys(INTENTION_LABELS) as Intention[];

/** Leads of which somebody is to be told, in words of the index that finds them. */
const open = sql`leads.owner_id is not null and leads.deleted_at is null and leads.status in ('new', 'contacted', 'qualified')`;

/** What a look at the leads is about. */
export interface Look {
  /** The moment for which it is decided what is due. */
  readonly asOf: Instant;
  readonly rules: DueRules & ReminderRules;
  /** Only leads of these owners; null: of everybody. */
  readonly team: readonly string[] | null;
}

/**
 * Rows `id, owner_id, last_contact_at, next_follow_up_at` of the leads that are due, or were so many working days ago; intentions without a
 * number are left out. Each branch reads a range of a partial index, so the cost follows what is due, not the table.
 */
function dueLeads(
  { asOf, rules, team }: Look,
  daysPast: Readonly<Partial<Record<Intention, number>>>,
): RawBuilder<unknown> {
  const wanted = INTENTIONS.filter((intention) => daysPast[intention] !== undefined);
  const cutoffs = dueCutoffs(asOf, rules, { high: 0, medium: 0, low: 0, ...daysPast });
  const within = team === null ? sql`` : sql`and leads.owner_id = any(${team}::uuid[])`;
  const columns = sql`select leads.id, leads.owner_id, leads.last_contact_at, leads.next_follow_up_at from leads`;
  const byContact = wanted.map(
    (intention) => sql`${columns} where ${open} and leads.intention = ${intention}
      and leads.last_contact_at <= ${cutoffs[intention].contact}::timestamptz ${within}`,
  );
  const agreed = wanted.map((intention) => cutoffs[intention].agreed).sort();
  const cases = wanted.map(
    (intention) => sql`when ${intention} then ${cutoffs[intention].agreed}::timestamptz`,
  );
  const byAgreement = sql`${columns} where ${open} and leads.next_follow_up_at <= ${agreed.at(-1)}::timestamptz
    and leads.next_follow_up_at <= case leads.intention ${sql.join(cases, sql` `)} end ${within}`;
  return sql`(${sql.join([...byContact, byAgreement], sql` union `)})`;
}

/** Everything that is due, whoever has been told. */
export const allDue = (look: Look): RawBuilder<unknown> => dueLeads(look, { high: 0, medium: 0, low: 0 });

/**
 * What a tier is told of once: the contact that a lead is counted from. Whoever follows the lead is told of each agreed date as
 * well, also of one that was put off after they had been told of the former.
 */
function cycleOf(tier: ReminderTier, asOf: Instant): RawBuilder<unknown> {
  if (tier !== 'owner') return sql`due.last_contact_at`;
  return sql`greatest(due.last_contact_at, case when due.next_follow_up_at <= ${asOf}::timestamptz then due.next_follow_up_at end)`;
}

/** Rows `lead_id, tier, cycle, recipient` of everything that is to be said about what is due and has not been said. */
export function unsaid(look: Look, recipients: Recipients): RawBuilder<unknown> {
  const tiers = REMINDER_TIERS.flatMap((tier) => {
    const daysPast = Object.fromEntries(
      INTENTIONS.flatMap((intention) => {
        const days = look.rules.tiers[intention][tier];
        return days === null ? [] : [[intention, days]];
      }),
    );
    if (Object.keys(daysPast).length === 0) return [];
    return [
      sql`select due.id as lead_id, ${tier}::text as tier, ${cycleOf(tier, look.asOf)} as cycle, hears.recipient
        from ${dueLeads(look, daysPast)} as due join ${hearersOf(tier, recipients)} on hears.owner_id = due.owner_id`,
    ];
  });
  if (tiers.length === 0) {
    return sql`(select null::uuid as lead_id, null::text as tier, null::timestamptz as cycle, null::text as recipient where false)`;
  }
  return sql`(select expected.* from (${sql.join(tiers, sql` union all `)}) as expected
    where not exists (select from reminders where reminders.lead_id = expected.lead_id
      and reminders.tier = expected.tier and reminders.cycle = expected.cycle
      and reminders.recipient = expected.recipient))`;
}

/** A table `hears(owner_id, recipient)`: who is told of whose leads. */
function hearersOf(tier: ReminderTier, recipients: Recipients): RawBuilder<unknown> {
  const pairs = recipients.ownerIds.flatMap((ownerId): [string, string][] => {
    if (tier === 'company') return recipients.company.map(({ key }) => [ownerId, key]);
    const person = recipients[tier](ownerId);
    return person ? [[ownerId, person.key]] : [];
  });
  const owners = pairs.map(([ownerId]) => ownerId);
  const keys = pairs.map(([, key]) => key);
  return sql`unnest(${owners}::uuid[], ${keys}::text[]) as hears (owner_id, recipient)`;
}
