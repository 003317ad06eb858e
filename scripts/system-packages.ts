import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

const isRoot = process.getuid?.() === 0;

/** The first executable file of this name in the folders, then in PATH. */
export function findExecutable(names: string[], folders: string[] = []): string | undefined {
  const searched = [...folders, ...(process.env.PATH ?? '').split(path.delimiter)];
  return searched
    .flatMap((folder) => names.map((name) => path.join(folder, name)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Installs packages of Debian or Ubuntu. Answers why it could not, or null when it did. */
export function aptInstall(packages: string[]): string | null {
  if (!findExecutable(['apt-get'])) return 'this system has no apt-get';
  const prefix = isRoot ? [] : ['sudo', '-n'];
  if (!isRoot && spawnSync('sudo', ['-n', 'true']).status !== 0) {
    return 'apt-get needs root, or sudo without a password';
  }
  console.log(`Installing ${packages.join(', ')} with apt-get …`);
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
  ]) {
    const [command, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args] as [
      string,
      ...string[],
    ];
    const { status, stdout, stderr } = spawnSync(command, rest, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (status !== 0) return `apt-get ${args[0]} failed:\n${stdout}${stderr}`.trim();
  }
  return null;
}
