// Sums up the steps of .ci/run. A test that one run skips and another executes is not skipped: the suites that need real
// servers are skipped on the embedded database by design.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface Report {
  testResults: {
    name: string;
    status: string;
    assertionResults: {
      fullName: string;
      status: string;
      /** Of every try: a test that passed with one needed a second. */
      failureMessages?: string[];
    }[];
  }[];
}

export interface Step {
  name: string;
  code: number;
  /** Of a vitest suite; a step without it counts as one. Null when the suite wrote none. */
  report?: Report | null;
}

interface Counts {
  passed: number;
  failed: number;
  skipped: Set<string>;
  executed: Set<string>;
  /** What passed when it was tried again, with what it said before. */
  retried: string[];
}

function countSuite(report: Report): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: new Set(), executed: new Set(), retried: [] };
  for (const file of report.testResults) {
    const seen = new Map<string, number>();
    for (const { fullName, status, failureMessages = [] } of file.assertionResults) {
      const repetition = seen.get(fullName) ?? 0;
      seen.set(fullName, repetition + 1);
      const key = `${file.name} ${fullName} #${repetition}`;
      if (status === 'passed') counts.passed++;
      if (status === 'failed') counts.failed++;
      const [said] = failureMessages;
      if (status === 'passed' && said !== undefined) {
        const name = path.relative(process.cwd(), file.name);
        counts.retried.push(`${name} ${fullName}: ${said.split('\n', 1)[0]}`);
      }
      (status === 'passed' || status === 'failed' ? counts.executed : counts.skipped).add(key);
    }
    // A file that could not be loaded, or a hook that threw, fails without a failed test.
    if (file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'))
      counts.failed++;
  }
  return counts;
}

function count({ code, report }: Step): Counts {
  const nothing = { skipped: new Set<string>(), executed: new Set<string>(), retried: [] };
  if (report === undefined) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, ...nothing };
  if (report === null) return { passed: 0, failed: 1, ...nothing };
  const counts = countSuite(report);
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

/** The lines of the summary; the last one is the total. */
export function summarize(steps: Step[]): { lines: string[]; ok: boolean } {
  const counted = steps.map((step) => ({ step, counts: count(step) }));
  const executed = new Set(counted.flatMap(({ counts }) => [...counts.executed]));
  const skipped = new Set(
    counted.flatMap(({ counts }) => [...counts.skipped]).filter((key) => !executed.has(key)),
  );
  const passed = counted.reduce((sum, { counts }) => sum + counts.passed, 0);
  const failed = counted.reduce((sum, { counts }) => sum + counts.failed, 0);
  return {
    lines: [
      ...counted.map(
        ({ step, counts }) =>
          `${counts.failed === 0 ? '✓' : '✗'} ${step.name}: ${counts.passed} passed, ${counts.failed} failed`,
      ),
      ...counted.flatMap(({ counts }) => counts.retried).map((test) => `passed on its second try: ${test}`),
      ...[...skipped].map((key) => `skipped in every run: ${key}`),
      `${passed} passed, ${failed} failed, ${skipped.size} skipped`,
    ],
    ok: failed === 0 && executed.size > 0,
  };
}

function readStep(line: string): Step {
  const [name = '', code = '', file] = line.split('\t');
  if (file === undefined) return { name, code: Number(code) };
  return {
    name,
    code: Number(code),
    report: existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null,
  };
}

if (import.meta.main) {
  const steps = readFileSync(process.argv[2]!, 'utf8').trim().split('\n').map(readStep);
  const { lines, ok } = summarize(steps);
  console.log(lines.join('\n'));
  if (!ok) process.exitCode = 1;
}
