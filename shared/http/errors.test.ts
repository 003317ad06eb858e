import { describe, expect, it } from 'vitest';
import { AppError, defineErrors, httpErrors } from './errors.ts';

const errors = defineErrors({ FULL: { status: 409, message: '{place}已满，还有{left}个' } });

describe('a catalogue of errors', () => {
  it('makes errors with code, status and a filled-in message', () => {
    const error = errors.FULL({ values: { place: '一号库', left: 0 }, details: { left: 0 } });
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'FULL', status: 409, message: '一号库已满，还有0个', fields: null });
    expect(error.details).toEqual({ left: 0 });
  });

  it('leaves no placeholder in sight when a value is missing', () => {
    expect(errors.FULL().message).toBe('已满，还有个');
    expect(httpErrors.RATE_LIMITED({ values: { seconds: 12 } }).message).toBe('操作太频繁，请12秒后再试');
  });

  it('does not interpret what a value contains', () => {
    expect(errors.FULL({ values: { place: '$& {left}', left: 1 } }).message).toBe('$& {left}已满，还有1个');
  });
});
