import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { refusalOf } from './errors.ts';
import { alarm, OutOfPatience, Patience, waitFor } from './patience.ts';

const never = () => new Promise<never>(() => undefined);
const nothing = () => undefined;
const answerAfter = (ms: number) => new Promise<string>((resolve) => setTimeout(resolve, ms, 'an answer'));

describe('a patience of a second', () => {
  let patience: Patience;

  beforeEach(() => {
    vi.useFakeTimers();
    patience = new Patience(1_000);
  });
  afterEach(() => void vi.useRealTimers());

  /** What somebody hears who waits, and when. */
  async function hear(ask: () => Promise<unknown>, atLeast?: number) {
    const started = performance.now();
    const giveUp = vi.fn();
    const heard = patience.wait(ask, giveUp, atLeast).catch((error: unknown) => error);
    await vi.runAllTimersAsync();
    return { heard: await heard, after: performance.now() - started, gaveUp: giveUp.mock.calls.length };
  }

  it('hears what comes in time', async () => {
    expect(await hear(() => answerAfter(900))).toMatchObject({ heard: 'an answer', gaveUp: 0 });
  });

  it('gives up once it is used up, and says that the database is unavailable', async () => {
    const { heard, gaveUp } = await hear(never);
    expect(heard).toBeInstanceOf(OutOfPatience);
    expect(refusalOf(heard).code).toBe('UNAVAILABLE');
    expect(gaveUp).toBe(1);
  });

  it('is used up by waits one after the other, and then does not even ask', async () => {
    await hear(() => answerAfter(600));
    expect(await hear(() => answerAfter(600))).toMatchObject({ heard: expect.any(OutOfPatience), gaveUp: 1 });
    const ask = vi.fn(never);
    expect(await hear(ask)).toMatchObject({ heard: expect.any(OutOfPatience), after: 0 });
    expect(ask).not.toHaveBeenCalled();
  });

  it('counts waits at the same time once', async () => {
    const waits = [600, 500, 400].map((ms) => patience.wait(() => answerAfter(ms), nothing));
    await vi.runAllTimersAsync();
    await Promise.all(waits);
    expect(await hear(() => answerAfter(300))).toMatchObject({ heard: 'an answer' });
  });

  it('does not count what else takes its time', async () => {
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await hear(() => answerAfter(900))).toMatchObject({ heard: 'an answer' });
  });

  it('still waits a little for what has to be said at the end', async () => {
    await hear(never);
    expect(await hear(() => answerAfter(200), 250)).toMatchObject({ heard: 'an answer' });
  });

  it('holds for everything that is done within', async () => {
    expect(Patience.current).toBeUndefined();
    await patience.run(async () => {
      await Promise.resolve();
      expect(Patience.current).toBe(patience);
      new Patience(5).run(() => expect(Patience.current).not.toBe(patience));
    });
    expect(Patience.current).toBeUndefined();
  });
});

it('what is shared fails for all who wait for it, and leaves nothing behind when nobody does', async () => {
  const told = vi.fn();
  process.on('unhandledRejection', told);
  const usedUp = new Patience(0);
  const failing = Promise.reject(new Error('gone'));
  await expect(usedUp.run(() => waitFor(failing))).rejects.toThrow(OutOfPatience);
  await expect(new Patience(1_000).run(() => waitFor(failing))).rejects.toThrow('gone');
  await expect(usedUp.run(() => waitFor(Promise.reject(new Error('gone'))))).rejects.toThrow(OutOfPatience);
  await new Promise(setImmediate);
  process.off('unhandledRejection', told);
  expect(told).not.toHaveBeenCalled();
});

it('an alarm does not ring for what had come while the process was busy', async () => {
  const rang = vi.fn();
  const callOff = alarm(1, rang);
  const answer = fetch('data:,answer').then(callOff);
  const freeAgain = performance.now() + 50;
  while (performance.now() < freeAgain);
  await answer;
  expect(rang).not.toHaveBeenCalled();
});
