// npm writes only those platform packages into package-lock.json which it could fetch while it resolved (npm/cli#4828, or a
// mirror without them). Then `npm ci` refuses the lockfile, or other platforms miss their binaries. `--fix` adds them back.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface LockEntry {
  version?: string;
  cpu?: string[];
  dev?: boolean;
  libc?: string[];
  license?: string;
  optional?: boolean;
  os?: string[];
  optionalDependencies?: Record<string, string>;
}

const path = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, LockEntry> };

function isResolvable(from: string, name: string): boolean {
  const parent = (folder: string) => folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1));
  for (let folder = from; folder !== ''; folder = parent(folder)) {
    if (lock.packages[`${folder}/node_modules/${name}`]) return true;
  }
  return lock.packages[`node_modules/${name}`] !== undefined;
}

function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> | null {
  const os = /aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32/.exec(name)?.[0];
  const cpu = /(?<=-)(arm64|arm|ia32|loong64|ppc64|riscv64|s390x|x64)\b/.exec(name)?.[0];
  if (!os || !cpu) return null;
  const libc = name.includes('musl') ? 'musl' : name.includes('gnu') ? 'glibc' : null;
  return { cpu: [cpu], ...(libc && { libc: [libc] }), os: [os] };
}

const missing = new Map<string, LockEntry>();
for (const [from, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const platform = platformOf(name);
    if (!platform || isResolvable(from, name)) continue;
    missing.set(name, { version, ...(entry.dev && { dev: true }), optional: true, ...platform });
  }
}

if (missing.size > 0 && process.argv.includes('--fix')) {
  for (const [name, entry] of missing) lock.packages[`node_modules/${name}`] = entry;
  const byPath = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(byPath) }, null, 2)}\n`);
  console.log(`package-lock.json: added ${missing.size} platform packages.`);
} else if (missing.size > 0) {
  console.error(
    `package-lock.json lacks ${missing.size} platform packages; run \`npm run fix\`:\n  ${[...missing.keys()].join('\n  ')}`,
  );
  process.exitCode = 1;
}
