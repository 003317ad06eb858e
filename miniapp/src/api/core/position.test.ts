import { describe, expect, test } from 'vitest';
import { browserReason, locate, positionOf, wechatReason } from './position';
import { manualTimers } from './testing';

const here = positionOf({ latitude: 23.1, longitude: 113.3 }, 25);

describe('where the phone is', () => {
  test('is answered when the platform knows', async () => {
    const { timers } = manualTimers();
    expect(await locate(async () => here, timers)).toEqual({ position: here, reason: null });
  });

  test('is not waited for longer than eight seconds', async () => {
    const { timers, advance } = manualTimers();
    const asked = locate(() => new Promise(() => {}), timers);
    await advance(8_000);
    expect(await asked).toEqual({ position: null, reason: 'timeout' });
  });

  test.each([
    ['is refused by the person', () => Promise.reject('denied'), 'denied'],
    ['cannot be found out', () => Promise.reject(new Error('no satellites')), 'unavailable'],
    [
      'has no interface at all',
      () => {
        throw new TypeError('getLocation is not a function');
      },
      'unavailable',
    ],
  ] as const)('that %s is no error', async (_case, ask, reason) => {
    const { timers } = manualTimers();
    expect(await locate(ask as never, timers)).toEqual({ position: null, reason });
  });
});

test.each([
  [{ errMsg: 'getLocation:fail auth deny' }, 'denied'],
  [{ errMsg: 'getLocation:fail:auth denied' }, 'denied'],
  [{ errMsg: 'getLocation:fail api scope is not declared in the privacy agreement', errno: 112 }, 'denied'],
  [{ errMsg: 'getLocation:fail:ERROR_NOCELL&WIFI_LOCATIONSWITCHOFF' }, 'unavailable'],
  [{ errMsg: 'getLocation:fail:timeout' }, 'timeout'],
  [undefined, 'unavailable'],
] as const)('WeChat’s %o means %s', (error, reason) => {
  expect(wechatReason(error)).toBe(reason);
});

test.each([
  [1, 'denied'],
  [2, 'unavailable'],
  [3, 'timeout'],
] as const)('a browser’s code %i means %s', (code, reason) => {
  expect(browserReason({ code })).toBe(reason);
});

test('an accuracy that the server would refuse is bounded', () => {
  expect(positionOf(here, undefined).accuracy).toBe(1_000);
  expect(positionOf(here, -1).accuracy).toBe(0);
  expect(positionOf(here, 9_000_000).accuracy).toBe(1_000_000);
});
