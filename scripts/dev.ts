/** `npm run dev`: the server restarts and the H5 client rebuilds when their sources change. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const node = (...args: string[]) => spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });

const children = [
  node('--watch-path=server', '--watch-path=shared', '--watch-preserve-output', 'server/main.ts'),
  node('scripts/build-client.ts', 'h5', '--watch'),
];
for (const child of children) {
  child.on('exit', (code) => {
    for (const each of children) each.kill();
    process.exitCode ??= code ?? 0;
  });
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    for (const child of children) child.kill(signal);
  });
}
