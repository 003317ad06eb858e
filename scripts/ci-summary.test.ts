import { expect, test } from 'vitest';
import { type Step, summarize } from './ci-summary.ts';

function suite(name: string, code: number, tests: Record<string, string>, status = 'passed'): Step {
  const assertionResults = Object.entries(tests).map(([fullName, result]) => ({ fullName, status: result }));
  return { name, code, report: { testResults: [{ name: 'a.test.ts', status, assertionResults }] } };
}

const total = (steps: Step[]) => summarize(steps).lines.at(-1);

test('every step and every test counts', () => {
  const steps = [{ name: 'build', code: 0 }, suite('tests', 0, { a: 'passed', b: 'passed' })];
  expect(summarize(steps)).toMatchObject({ ok: true });
  expect(total(steps)).toBe('3 passed, 0 failed, 0 skipped');
});

test('a test is skipped only when no run executed it', () => {
  const embedded = suite('embedded', 0, { a: 'passed', real: 'skipped', never: 'skipped' });
  const servers = suite('servers', 0, { a: 'passed', real: 'passed', never: 'todo' });
  expect(total([embedded, servers])).toBe('3 passed, 0 failed, 1 skipped');
});

test('a failing step, test, file and run each fail the whole', () => {
  const passing = suite('tests', 0, { a: 'passed' });
  for (const failing of [
    { name: 'build', code: 1 },
    suite('a failed test', 1, { b: 'failed' }, 'failed'),
    suite('a file that does not load', 1, {}, 'failed'),
    suite('an unhandled error', 1, {}),
    { name: 'no report', code: 0, report: null },
  ]) {
    expect(summarize([passing, failing])).toMatchObject({ ok: false });
    expect(total([passing, failing])).toBe('1 passed, 1 failed, 0 skipped');
  }
});

test('a test that needed a second try counts as passed, and is named with what it said first', () => {
  const flaky = {
    ...{ fullName: 'taps an option', status: 'passed' },
    failureMessages: ['AssertionError: it is not there\n    at pool.spec.ts:1:1'],
  };
  const failing = { fullName: 'fails twice', status: 'failed', failureMessages: ['no', 'no again'] };
  const browser: Step = {
    ...{ name: 'browser', code: 1 },
    report: {
      testResults: [
        { name: `${process.cwd()}/tests/pool.spec.ts`, status: 'failed', assertionResults: [flaky, failing] },
      ],
    },
  };
  expect(summarize([browser]).lines).toEqual([
    '✗ browser: 1 passed, 1 failed',
    'passed on its second try: tests/pool.spec.ts taps an option: AssertionError: it is not there',
    '1 passed, 1 failed, 0 skipped',
  ]);
});

test('steps without a single executed test are no success', () => {
  expect(summarize([{ name: 'build', code: 0 }])).toMatchObject({ ok: false });
});
