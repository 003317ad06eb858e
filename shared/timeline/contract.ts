import * as z from 'zod';
import { followUpMethod } from '../followups/contract.ts';
import { whole } from '../http/page.ts';

/** Something that happened to a record: a lead, or a customer. */
export const timelineEntry = z.object({
  id: z.string(),
  kind: z.enum([
    'followUp',
    'status',
    'ownership',
    'created',
    'edited',
    'deleted',
    'restored',
    'merged',
    'ticket',
  ]),
  at: z.string(),
  actorName: z.string(),
  /** One line: `新线索 → 已联系`, `周敏 → 李强`. Empty for a follow-up. */
  title: z.string(),
  reason: z.string().nullable(),
  /** The lead that it happened to, when that has become part of this one. */
  of: z.string().nullable(),
  /** The ticket of a customer that it happened to. */
  ticket: z.object({ id: z.string(), no: z.string(), ticketTitle: z.string() }).nullable(),
  /** What an edit changed, in words; a null was or is empty. */
  changes: z.array(z.object({ label: z.string(), from: z.string().nullable(), to: z.string().nullable() })),
  followUp: z
    .object({
      method: followUpMethod,
      content: z.string(),
      result: z.string().nullable(),
      customerFeedback: z.string().nullable(),
      nextFollowUpAt: z.string().nullable(),
      nextFollowUpContent: z.string().nullable(),
    })
    .nullable(),
});
export type TimelineEntry = z.infer<typeof timelineEntry>;

export const timelineQuery = z.strictObject({
  cursor: z.string().max(500).optional(),
  pageSize: whole(1, 100).default(20),
});
/** Newest first. */
export const timelinePage = z.object({ list: z.array(timelineEntry), nextCursor: z.string().nullable() });
export type TimelinePage = z.infer<typeof timelinePage>;
