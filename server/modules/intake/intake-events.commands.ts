import { httpErrors } from '#shared/http/errors.ts';
import { type IntakeEvent, intakeErrors } from '#shared/intake/contract.ts';
import { DAY_MS, type Instant, toInstant } from '#shared/values/time.ts';
import type { Work } from '../../kernel/context.ts';
import type { Database } from '../../kernel/database.ts';
import { intakeReceived } from './intake.events.ts';
import { findEvent, isReplayable } from './intake-events.queries.ts';

/** Processes once more what failed or was left out, as its source is set up now. What already waits goes on waiting. */
export async function replayEvent(work: Work, id: string): Promise<IntakeEvent> {
  const event = await work.db
    .selectFrom('intakeEvents')
    .select('status')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!event) throw httpErrors.NOT_FOUND();
  if (event.status !== 'received') {
    if (!isReplayable(event.status)) throw intakeErrors.INTAKE_NOT_REPLAYABLE();
    await work.db
      .updateTable('intakeEvents')
      .set({ status: 'received', reason: null, attempts: 0, processedAt: null })
      .where('id', '=', id)
      .execute();
    work.emit(intakeReceived, { eventId: id });
  }
  work.audit({ action: 'intakeEvents.replayed', entity: 'intakeEvents', entityId: id });
  return findEvent(work, id);
}

const KEEP_IGNORED_DAYS = 30;

/** Chats that were no lead are nobody's business for ever. */
export async function forgetIgnoredEvents(db: Database, now: Instant): Promise<void> {
  await db
    .deleteFrom('intakeEvents')
    .where('status', '=', 'ignored')
    .where('receivedAt', '<', toInstant(Date.parse(now) - KEEP_IGNORED_DAYS * DAY_MS))
    .execute();
}
