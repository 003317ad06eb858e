import type { IntakeMapping } from '#shared/intake/contract.ts';
import { equalInConstantTime } from '../../../kernel/secrets.ts';
import { mapped, textOf } from '../clue.ts';
import {
  type Adapter,
  failed,
  found,
  jsonRequest,
  messageOf,
  NOT_JSON,
  type Signed,
  sha256,
  withHeaders,
} from './adapter.ts';

// Feiyu's push rules (community): the company names the fields itself, and nothing is signed. The address cannot be
// guessed, and an access token set up in the rule comes along as a header, in the query or as a field.

const TOKEN_HEADER = 'access-token';
const TOKEN_FIELD = 'access_token';

const tokenOf = (request: Signed): string =>
  request.headers[TOKEN_HEADER] ??
  request.query[TOKEN_FIELD] ??
  textOf(messageOf(request)?.[TOKEN_FIELD]) ??
  '';

/** What a message with these names looks like. */
export function sampleOf(mapping: IntakeMapping): Record<string, unknown> {
  const values: IntakeMapping = {
    customerName: '测试客户',
    phone: '13800138000',
    city: '深圳',
    externalClueId: 'test-clue',
  };
  const message: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(values)) {
    const path = mapping[field as keyof IntakeMapping]?.split('.');
    if (!path) continue;
    let at = message;
    for (const key of path.slice(0, -1)) {
      at[key] ??= {};
      at = at[key] as Record<string, unknown>;
    }
    at[path.at(-1) ?? ''] = value;
  }
  return message;
}

export const feiyu: Adapter = {
  keeps: ['content-type'],
  accepted: { code: 200, message: 'success' },
  verify: (request, secret) => equalInConstantTime(tokenOf(request), secret),
  challenge: () => null,
  // The same clue comes again when something about it changes: then it is another message.
  keys: ({ body }) => [sha256(body)],
  read(request, _part, mapping) {
    const message = messageOf(request);
    return message ? found(mapped(message, mapping)) : failed(NOT_JSON);
  },
  sample: (mapping) => jsonRequest(sampleOf(mapping)),
  sign: (request, secret) => withHeaders(request, { [TOKEN_HEADER]: secret }),
};
