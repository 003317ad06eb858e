import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface Share {
  readonly name: string;
  readonly percent: number;
}

export interface Summary {
  /** Time in a function itself. */
  readonly functions: Share[];
  /** Time in a package itself, or in two levels of our folders. */
  readonly packages: Share[];
  /** Time that one of our functions spends, itself or by what it calls: the package called first, or `itself`. */
  readonly charged: Share[];
  readonly busySeconds: number;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Place {
  readonly file: string;
  readonly owner: string;
  readonly ours: boolean;
}

function placeOf(url: string): Place {
  if (!url.startsWith('file:'))
    return { file: url, owner: url.startsWith('node:') ? 'node' : url, ours: false };
  const file = relative(ROOT, fileURLToPath(url));
  const inside = /^node_modules\/((?:@[^/]+\/)?[^/]+)\/(.*)$/.exec(file);
  if (inside) return { file: `${inside[1]}/${inside[2]}`, owner: inside[1]!, ours: false };
  return { file, owner: file.split('/').slice(0, 2).join('/'), ours: true };
}

/** Where the CPU time of a profile went after the first seconds, in percent of the time that was not idle. */
export function summarise(path: string, skipSeconds: number, top: number): Summary {
  const profile = JSON.parse(readFileSync(path, 'utf8')) as CpuProfile;
  const self = new Map<number, number>();
  let elapsed = 0;
  for (const [i, id] of profile.samples.entries()) {
    const delta = Math.max(0, profile.timeDeltas[i] ?? 0);
    elapsed += delta;
    if (elapsed > skipSeconds * 1e6) self.set(id, (self.get(id) ?? 0) + delta);
  }
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])),
  );

  /** The nearest function of ours above a node, and what it called. */
  function chargedTo(id: number): string {
    let called = 'itself';
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const { functionName, url } = nodes.get(at)!.callFrame;
      const { owner, ours, file } = placeOf(url);
      if (ours) return `${functionName || '(anonymous)'} ${file} > ${called}`;
      if (functionName !== '(root)') called = owner || functionName;
    }
    return `> ${called}`;
  }

  const totals = { functions: new Map(), packages: new Map(), charged: new Map() } as Record<
    'functions' | 'packages' | 'charged',
    Map<string, number>
  >;
  const add = (to: Map<string, number>, name: string, time: number) =>
    to.set(name, (to.get(name) ?? 0) + time);
  let busy = 0;
  for (const [id, time] of self) {
    const { functionName, url, lineNumber } = nodes.get(id)!.callFrame;
    if (functionName === '(idle)') continue;
    busy += time;
    const name = functionName || '(anonymous)';
    const { file, owner } = placeOf(url);
    add(totals.functions, url ? `${name} ${file}:${lineNumber + 1}` : name, time);
    add(totals.packages, owner || name, time);
    add(totals.charged, chargedTo(id), time);
  }
  const shares = (times: ReadonlyMap<string, number>): Share[] =>
    [...times]
      .sort((a, b) => b[1] - a[1])
      .slice(0, top)
      .map(([name, time]) => ({ name, percent: (time / busy) * 100 }));
  return {
    functions: shares(totals.functions),
    packages: shares(totals.packages),
    charged: shares(totals.charged),
    busySeconds: busy / 1e6,
  };
}
