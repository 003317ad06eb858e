import { sql } from 'kysely';
import { httpErrors } from '#shared/http/errors.ts';
import type { IntakeAssignment, IntakeSource } from '#shared/intake/contract.ts';
import { DAY_MS, toInstant } from '#shared/values/time.ts';
import type { Context } from '../../kernel/context.ts';
import type { Secrets } from '../../kernel/secrets.ts';
import type { Source } from './intake-processing.ts';
import { secretOf } from './intake-receiving.ts';

/** What intake needs to know of the configuration. */
export interface IntakeFacilities {
  readonly secrets: Secrets;
  /** How the world reaches us, without a trailing slash. */
  readonly publicUrl: string;
}

const RECENT_DAYS = 7;

export const assignmentOf = ({
  assignTo,
  ownerId,
  groupId,
}: Pick<Source, 'assignTo' | 'ownerId' | 'groupId'>) =>
  (ownerId !== null
    ? { to: 'owner', ownerId }
    : assignTo === 'group'
      ? { to: 'group', groupId }
      : { to: 'pool' }) as IntakeAssignment;

const rowsOf = ({ db, now }: Pick<Context, 'db' | 'now'>) => {
  const since = toInstant(Date.parse(now) - RECENT_DAYS * DAY_MS);
  return db
    .selectFrom('intakeSources')
    .innerJoin('users as registrant', 'registrant.id', 'intakeSources.registrantId')
    .leftJoin('users as owner', 'owner.id', 'intakeSources.ownerId')
    .leftJoin('assignmentGroups as team', 'team.id', 'intakeSources.groupId')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('intakeEvents')
          .select([
            sql<number>`count(*)`.as('received'),
            sql<number>`count(*) filter (where intake_events.status = 'failed')`.as('failed'),
          ])
          .whereRef('intakeEvents.sourceId', '=', 'intakeSources.id')
          .where('intakeEvents.receivedAt', '>=', since)
          .as('recent'),
      (join) => join.onTrue(),
    )
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('intakeEvents')
          .select('intakeEvents.receivedAt')
          .whereRef('intakeEvents.sourceId', '=', 'intakeSources.id')
          .orderBy('intakeEvents.receivedAt', 'desc')
          .limit(1)
          .as('latest'),
      (join) => join.onTrue(),
    )
    .selectAll('intakeSources')
    .select(['registrant.name as registrantName', 'owner.name as ownerName', 'team.name as groupName'])
    .select(['recent.received', 'recent.failed', 'latest.receivedAt as lastReceivedAt']);
};
type StoredSource = Awaited<ReturnType<ReturnType<typeof rowsOf>['execute']>>[number];

function present({ secrets, publicUrl }: IntakeFacilities, row: StoredSource): IntakeSource {
  const { secret } = row;
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    address: `${publicUrl}/api/webhooks/${row.kind}/${row.token}`,
    secretSetAt: row.secretSetAt,
    secretReadable: secret !== null && secrets.open(secret, secretOf(row.id)) !== null,
    mapping: row.mapping,
    assignment: assignmentOf(row),
    assignedTo: row.ownerName ?? row.groupName,
    registrant: { id: row.registrantId, name: row.registrantName },
    campaign: row.campaign,
    leadSource: row.leadSource,
    enabled: row.enabled,
    lastReceivedAt: row.lastReceivedAt,
    received: row.received ?? 0,
    failed: row.failed ?? 0,
    refusedAt: row.refusedAt,
    updatedAt: row.updatedAt,
    version: row.version,
  } as IntakeSource;
}

export async function listSources(
  context: Context,
  facilities: IntakeFacilities,
): Promise<{ list: IntakeSource[] }> {
  const rows = await rowsOf(context).orderBy('intakeSources.createdAt').orderBy('intakeSources.id').execute();
  return { list: rows.map((row) => present(facilities, row)) };
}

export async function getSource(
  context: Context,
  facilities: IntakeFacilities,
  id: string,
): Promise<IntakeSource> {
  const row = await rowsOf(context).where('intakeSources.id', '=', id).executeTakeFirst();
  if (!row) throw httpErrors.NOT_FOUND();
  return present(facilities, row);
}
