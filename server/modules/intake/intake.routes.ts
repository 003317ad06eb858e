import { intake } from '#shared/intake/contract.ts';
import { type Route, read, write } from '../../kernel/route.ts';
import { replayEvent } from './intake-events.commands.ts';
import { getEvent, listEvents } from './intake-events.queries.ts';
import {
  createSource,
  removeSource,
  renewAddress,
  setSecret,
  testSource,
  updateSource,
} from './sources.commands.ts';
import { type IntakeFacilities, listSources } from './sources.queries.ts';

export const intakeRoutes = (facilities: IntakeFacilities): Route[] => [
  read(intake.sources, (context) => listSources(context, facilities)),
  write(intake.createSource, (work, { body }) => createSource(work, facilities, body)),
  write(intake.updateSource, (work, { params, body }) => updateSource(work, facilities, params.id, body)),
  write(intake.setSecret, (work, { params, body }) => setSecret(work, facilities, params.id, body)),
  write(intake.renewAddress, (work, { params, body }) =>
    renewAddress(work, facilities, params.id, body.version),
  ),
  write(intake.removeSource, (work, { params, body }) =>
    removeSource(work, facilities, params.id, body.version),
  ),
  write(intake.test, (work, { params, body }) =>
    testSource(work, facilities, params.id, body.payload ?? undefined),
  ),
  read(intake.events, (context, { query }) => listEvents(context, query)),
  read(intake.event, (context, { params }) => getEvent(context, facilities.secrets, params.id)),
  write(intake.replay, (work, { params }) => replayEvent(work, params.id)),
];
