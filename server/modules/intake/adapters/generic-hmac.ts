import { equalInConstantTime } from '../../../kernel/secrets.ts';
import { mapped } from '../clue.ts';
import {
  type Adapter,
  failed,
  found,
  hmacSha256,
  jsonRequest,
  messageOf,
  NOT_JSON,
  sha256,
  withHeaders,
} from './adapter.ts';
import { sampleOf } from './feiyu.ts';

// Our own format, for whatever else a company runs: X-Genjin-Signature is hex(HMAC-SHA256(secret, timestamp + "." + body)),
// X-Genjin-Timestamp the seconds or milliseconds since 1970.

const SIGNATURE = 'x-genjin-signature';
export const TIMESTAMP = 'x-genjin-timestamp';
const TOLERANCE_MS = 5 * 60_000;

function isRecent(timestamp: string, now: number): boolean {
  if (!/^(\d{10}|\d{13})$/.test(timestamp)) return false;
  const ms = Number(timestamp) * (timestamp.length === 10 ? 1000 : 1);
  return Math.abs(now - ms) <= TOLERANCE_MS;
}

export const genericHmac: Adapter = {
  keeps: ['content-type', TIMESTAMP],
  accepted: { code: 200, message: 'success' },
  verify({ headers, body }, secret, now) {
    const timestamp = headers[TIMESTAMP] ?? '';
    const signed = equalInConstantTime(headers[SIGNATURE] ?? '', hmacSha256(secret, `${timestamp}.`, body));
    return signed && isRecent(timestamp, Date.parse(now));
  },
  challenge: () => null,
  // A clue that has a number is the same however often it is sent; without one only the same request is.
  keys(request, mapping) {
    const message = messageOf(request);
    const numbered = message !== null && mapped(message, mapping).externalClueId !== undefined;
    const { body, headers } = request;
    return [numbered ? sha256(body) : sha256(headers[TIMESTAMP] ?? '', '.', body)];
  },
  read(request, _part, mapping) {
    const message = messageOf(request);
    return message ? found(mapped(message, mapping)) : failed(NOT_JSON);
  },
  sample: (mapping) => jsonRequest(sampleOf(mapping)),
  sign(request, secret, now) {
    const timestamp = String(Math.floor(Date.parse(now) / 1000));
    return withHeaders(request, {
      [TIMESTAMP]: timestamp,
      [SIGNATURE]: hmacSha256(secret, `${timestamp}.`, request.body),
    });
  },
};
