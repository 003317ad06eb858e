import { httpErrors } from '#shared/http/errors.ts';
import { DAY_MS, type Instant, toInstant } from '#shared/values/time.ts';
import type { Context } from '../../kernel/context.ts';
import type { Signer } from '../../kernel/signer.ts';
import type { Row } from '../../kernel/transition.ts';

const PURPOSE = 'visit';
const DAYS = 30;

/** When a link that is made now stops to open, in whole seconds. */
export const linkExpiry = (now: Instant): Instant =>
  toInstant(Math.floor((Date.parse(now) + DAYS * DAY_MS) / 1000) * 1000);

/** What a link says of itself. */
export interface TicketLink {
  readonly ticketId: string;
  /** Of the links of the ticket: only the newest opens. */
  readonly version: number;
  readonly expiresAt: Instant;
}

/** Ticket (16 bytes), version (4) and expiry in seconds (4), so that 32 characters hold it without a remainder. */
const FACT_BYTES = 24;
const FACT_CHARACTERS = 32;
const TOKEN = /^[\w-]{32}[\w-]{22}$/;

/** The secret part of a link's address; whoever has it is the customer. */
export function linkToken(signer: Signer, { ticketId, version, expiresAt }: TicketLink): string {
  const facts = Buffer.alloc(FACT_BYTES);
  facts.write(ticketId.replaceAll('-', ''), 'hex');
  facts.writeUInt32BE(version, 16);
  facts.writeUInt32BE(Date.parse(expiresAt) / 1000, 20);
  const text = facts.toString('base64url');
  return text + signer.sign(PURPOSE, text);
}

/** What stands in for a token that is none: judging it takes the same steps. */
const NO_TOKEN = 'A'.repeat(FACT_CHARACTERS + 22);

/** Reads a token. `genuine`: it was made here; nothing is said about whether it still opens. */
export function readToken(signer: Signer, given: string): TicketLink & { readonly genuine: boolean } {
  const token = TOKEN.test(given) ? given : NO_TOKEN;
  const text = token.slice(0, FACT_CHARACTERS);
  const facts = Buffer.from(text, 'base64url');
  const hex = facts.toString('hex', 0, 16);
  return {
    ticketId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    version: facts.readUInt32BE(16),
    expiresAt: toInstant(facts.readUInt32BE(20) * 1000),
    genuine: signer.verify(PURPOSE, text, token.slice(FACT_CHARACTERS)),
  };
}

type Ticket = Row<'serviceTickets'>;

/**
 * The ticket that a link opens; locked until the transaction ends when `forUpdate` says so. Everything that does not open
 * is NOT_FOUND in the same words and after the same look into the table: forged, expired, replaced or deleted.
 */
export async function openLink(
  { db, now, signer }: Pick<Context, 'db' | 'now' | 'signer'>,
  token: string,
  { forUpdate = false } = {},
): Promise<Ticket> {
  const link = readToken(signer, token);
  const query = db
    .selectFrom('serviceTickets')
    .selectAll()
    .where('id', '=', link.ticketId)
    .where('deletedAt', 'is', null);
  const ticket = await (forUpdate && link.genuine ? query.forUpdate() : query).executeTakeFirst();
  if (!ticket || !link.genuine || ticket.linkVersion !== link.version || link.expiresAt <= now) {
    throw httpErrors.NOT_FOUND();
  }
  return ticket;
}
