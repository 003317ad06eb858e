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

interface Share {
  readonly name: string;
  readonly percent: number;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Where the CPU time of a profile went, in percent of the time that was not idle: by function, and by package. */
export function summarise(
  path: string,
  top: number,
): { functions: Share[]; packages: Share[]; busySeconds: number } {
  const profile = JSON.parse(readFileSync(path, 'utf8')) as CpuProfile;
  const self = new Map<number, number>();
  for (const [i, id] of profile.samples.entries()) {
    self.set(id, (self.get(id) ?? 0) + Math.max(0, profile.timeDeltas[i] ?? 0));
  }
  const functions = new Map<string, number>();
  const packages = new Map<string, number>();
  let busy = 0;
  for (const { id, callFrame } of profile.nodes) {
    const time = self.get(id) ?? 0;
    if (time === 0 || callFrame.functionName === '(idle)') continue;
    busy += time;
    const place = placeOf(callFrame.url);
    const name = callFrame.functionName || '(anonymous)';
    const full = callFrame.url ? `${name}  ${place.file}:${callFrame.lineNumber + 1}` : name;
    functions.set(full, (functions.get(full) ?? 0) + time);
    const owner = callFrame.url ? place.owner : name;
    packages.set(owner, (packages.get(owner) ?? 0) + time);
  }
  const shares = (times: ReadonlyMap<string, number>, count: number): Share[] =>
    [...times]
      .sort((a, b) => b[1] - a[1])
      .slice(0, count)
      .map(([name, time]) => ({ name, percent: (time / busy) * 100 }));
  return { functions: shares(functions, top), packages: shares(packages, top), busySeconds: busy / 1e6 };
}

function placeOf(url: string): { file: string; owner: string } {
  if (!url.startsWith('file:')) return { file: url, owner: url.startsWith('node:') ? 'node' : url };
  const file = relative(ROOT, fileURLToPath(url));
  const inside = /^node_modules\/((?:@[^/]+\/)?[^/]+)\/(.*)$/.exec(file);
  if (inside) return { file: `${inside[1]}/${inside[2]}`, owner: inside[1]! };
  return { file, owner: file.split('/').slice(0, 2).join('/') };
}
