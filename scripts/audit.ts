// Asks the registry which known vulnerabilities are in what the product runs with. Each is repaired or explained here; one that
// is neither fails. A registry without advisories, like many mirrors, is said to be one, and fails nothing.
import { spawnSync } from 'node:child_process';

/** Advisory (`GHSA-…`) → why it does no harm here. The table in docs/reliability.md says the same. */
const EXPLAINED: Readonly<Record<string, string>> = {};

interface Advisory {
  readonly name: string;
  readonly title: string;
  readonly url: string;
  readonly severity: string;
}

/** What `npm audit --json` prints, as far as it is of use. */
export interface AuditReport {
  /** Missing when the registry did not answer. */
  readonly vulnerabilities?: Readonly<Record<string, { readonly via: readonly (string | Advisory)[] }>>;
  readonly message?: string;
}

/** Null: nobody knows. Otherwise what is neither repaired nor explained, and what no longer has to be explained. */
export function judge(
  { vulnerabilities }: AuditReport,
  explained: Readonly<Record<string, string>>,
): { readonly open: readonly string[]; readonly obsolete: readonly string[] } | null {
  if (!vulnerabilities) return null;
  const advisories = new Map<string, Advisory>();
  for (const { via } of Object.values(vulnerabilities)) {
    // A text names the dependency that has it, which has an entry of its own.
    for (const each of via) if (typeof each !== 'string') advisories.set(idOf(each), each);
  }
  return {
    open: [...advisories]
      .filter(([id]) => !explained[id])
      .map(([id, { name, severity, title }]) => `${id} (${severity}) in ${name}: ${title}`),
    obsolete: Object.keys(explained).filter((id) => !advisories.has(id)),
  };
}

const idOf = ({ url }: Advisory): string => url.split('/').at(-1) ?? url;

if (import.meta.main) {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
    encoding: 'utf8',
    maxBuffer: 64 * 1_048_576,
    timeout: 60_000,
    shell: process.platform === 'win32',
  });
  const report = parsed(stdout);
  const judged = judge(report, EXPLAINED);
  if (!judged) {
    console.log(
      `The registry gives no advisories here (${report.message ?? 'no answer'}): nothing is known.`,
    );
  } else {
    for (const line of judged.open) console.error(`${line}\n  Update it, or explain it in scripts/audit.ts.`);
    for (const id of judged.obsolete) console.error(`${id} is explained, but not there any more.`);
    if (judged.open.length + judged.obsolete.length > 0) process.exitCode = 1;
    else console.log('No known vulnerability that is not explained.');
  }
}

function parsed(text: string | null): AuditReport {
  try {
    return JSON.parse(text ?? '') as AuditReport;
  } catch {
    return {};
  }
}
