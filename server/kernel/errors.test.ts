import { describe, expect, it, test } from 'vitest';
import { httpErrors } from '#shared/http/errors.ts';
import { failureOf, refusalOf } from './errors.ts';

const withCode = (code: string, more: object = {}) =>
  Object.assign(new Error('secret detail'), { code, ...more });

describe('whatever is thrown', () => {
  test.each([
    ['a refusal as it is', httpErrors.FORBIDDEN(), 'FORBIDDEN', 403],
    ['a value Postgres cannot read', withCode('22P02'), 'BAD_REQUEST', 400],
    ['a number out of range', withCode('22003'), 'BAD_REQUEST', 400],
    ['a known constraint', withCode('23505', { constraint: 'leads_external_clue' }), 'VALIDATION', 400],
    ['an unknown constraint', withCode('23505', { constraint: 'something_else' }), 'INTERNAL', 500],
    ['a lost connection', withCode('08006'), 'UNAVAILABLE', 503],
    ['too many connections', withCode('53300'), 'UNAVAILABLE', 503],
    ['a shutdown', withCode('57P01'), 'UNAVAILABLE', 503],
    ['a statement that took too long', withCode('57014'), 'UNAVAILABLE', 503],
    ['a lock that took too long', withCode('55P03'), 'UNAVAILABLE', 503],
    ['a refused connection', withCode('ECONNREFUSED'), 'UNAVAILABLE', 503],
    ['an exhausted pool', new Error('timeout exceeded when trying to connect'), 'UNAVAILABLE', 503],
    ['a broken connection', new Error('Connection terminated unexpectedly'), 'UNAVAILABLE', 503],
    [
      'a connection that broke off before',
      new Error('Client has encountered a connection error and is not queryable'),
      'UNAVAILABLE',
      503,
    ],
    ['a name server that is away', withCode('EAI_AGAIN'), 'UNAVAILABLE', 503],
    ['a deadlock, again', withCode('40P01'), 'UNAVAILABLE', 503],
    [
      'a body that is too large',
      withCode('FST_ERR_CTP_BODY_TOO_LARGE', { statusCode: 413 }),
      'PAYLOAD_TOO_LARGE',
      413,
    ],
    ['a broken body', withCode('FST_ERR_CTP_INVALID_JSON_BODY', { statusCode: 400 }), 'BAD_REQUEST', 400],
    [
      'a media type we do not read',
      withCode('FST_ERR_CTP_INVALID_MEDIA_TYPE', { statusCode: 415 }),
      'BAD_REQUEST',
      400,
    ],
    [
      'a request that broke off',
      Object.assign(new Error('aborted'), { code: 'ECONNRESET' }),
      'BAD_REQUEST',
      400,
    ],
    ['what is no HTTP', withCode('HPE_INVALID_METHOD'), 'BAD_REQUEST', 400],
    ['headers without an end', withCode('HPE_HEADER_OVERFLOW'), 'HEADERS_TOO_LARGE', 431],
    ['a request that does not come', withCode('ERR_HTTP_REQUEST_TIMEOUT'), 'REQUEST_TIMEOUT', 408],
    ['JSON without a bottom', new RangeError('Maximum call stack size exceeded'), 'BAD_REQUEST', 400],
    ['a bug', new TypeError('secret detail'), 'INTERNAL', 500],
    ['a string', 'secret detail', 'INTERNAL', 500],
    ['null', null, 'INTERNAL', 500],
    ['undefined', undefined, 'INTERNAL', 500],
  ])('%s', (_, error, code, status) => {
    const refusal = refusalOf(error);
    expect(refusal).toMatchObject({ code, status });
    expect(refusal.message).toMatch(/\p{Script=Han}/u);
    expect(refusal.message).not.toContain('secret');
  });

  it('names the field that a broken constraint belongs to', () => {
    const refusal = refusalOf(withCode('23505', { constraint: 'leads_external_clue' }));
    expect(refusal.fields).toEqual([{ field: 'externalClueId', message: '这条外部线索已经登记过' }]);
  });
});

it('a failure answers the envelope, with details only when there are any', () => {
  const now = '2026-03-10T02:00:00.000Z';
  expect(failureOf(httpErrors.NOT_FOUND(), 'r1', now)).toEqual({
    success: false,
    code: 404,
    message: '记录不存在或已无权查看',
    errors: null,
    errorCode: 'NOT_FOUND',
    requestId: 'r1',
    timestamp: now,
  });
  expect(failureOf(httpErrors.STALE({ details: { current: 1 } }), 'r1', now).details).toEqual({ current: 1 });
});
