// `npm run check`: every static check at once, each reported whole, so that one run shows everything there is to repair.
import { spawn } from 'node:child_process';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');

const checks: Record<string, string> = {
  'types of server, scripts and tests': 'tsc -p .',
  'types of shared': 'tsc -p shared',
  'types of miniapp': 'tsc -p miniapp',
  'lint and format': 'biome ci --colors=off --error-on-warnings --diagnostic-level=warn',
  floors: 'node scripts/floors.ts',
  'unused code and dependencies': 'knip --no-progress --no-config-hints',
  lockfile: 'node scripts/lockfile.ts',
};

async function run(name: string, command: string): Promise<boolean> {
  const started = Date.now();
  const child = spawn(command, {
    cwd: root,
    shell: true,
    env: {
      ...process.env,
      PATH: `${path.join(root, 'node_modules/.bin')}${path.delimiter}${process.env.PATH}`,
    },
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  if (code !== 0) console.log(Buffer.concat(output).toString().trimEnd());
  return code === 0;
}

const results = await Promise.all(Object.entries(checks).map(([name, command]) => run(name, command)));
if (results.includes(false)) process.exitCode = 1;
