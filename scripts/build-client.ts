/**
 * Builds the client with Taro: `node scripts/build-client.ts h5 weapp`.
 * `--if-changed` skips an H5 that is up to date, `--watch` keeps building in development.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

type Target = 'h5' | 'weapp';

const root = path.resolve(import.meta.dirname, '..');
const hashFile = (target: Target) => path.join(root, 'dist', target, '.build-hash');

function sourceFiles(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    // Tests and the caches of tools decide nothing.
    .filter((file) => !/\.test\.tsx?$/.test(file) && !/[\\/]\./.test(path.relative(root, file)));
}

/** A fingerprint of everything that decides what the client looks like. */
export function clientHash(): string {
  const hash = createHash('sha256');
  const files = [...sourceFiles('miniapp'), ...sourceFiles('shared'), path.join(root, 'package-lock.json')];
  for (const file of files.sort()) {
    hash.update(path.relative(root, file).replaceAll('\\', '/')).update('\0');
    hash.update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/** Runs Taro in a child process inside miniapp/, where it looks for its config. */
async function runTaro(target: Target, mode: 'production' | 'development'): Promise<void> {
  const taro = path.join(
    path.dirname(createRequire(import.meta.url).resolve('@tarojs/cli/package.json')),
    'bin/taro',
  );
  const watch = mode === 'development' ? ['--watch'] : [];
  const child = spawn(
    process.execPath,
    [taro, 'build', '--type', target, '--no-check', '--disable-global-config', ...watch],
    {
      cwd: path.join(root, 'miniapp'),
      env: { ...process.env, NODE_ENV: mode, TARO_ENV: target },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`The ${target} build failed.`);
}

export async function build(target: Target): Promise<void> {
  const hash = clientHash();
  await runTaro(target, 'production');
  const entry = path.join(root, 'dist', target, target === 'h5' ? 'index.html' : 'app.json');
  // A broken config makes Taro print and exit as if all were well.
  if (!existsSync(entry)) throw new Error(`The ${target} build wrote nothing.`);
  writeFileSync(hashFile(target), hash);
}

/**
 * Builds dist/h5 unless it already is what the sources say.
 * @returns whether a build was made
 */
export async function buildH5IfChanged(): Promise<boolean> {
  if (existsSync(hashFile('h5')) && readFileSync(hashFile('h5'), 'utf8') === clientHash()) return false;
  console.log('Building the H5 client. The first time takes about half a minute.');
  const started = Date.now();
  await build('h5');
  console.log(`H5 client built in ${Math.round((Date.now() - started) / 1000)} s.`);
  return true;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const args = process.argv.slice(2);
  const targets = args.filter((arg): arg is Target => arg === 'h5' || arg === 'weapp');
  try {
    for (const target of targets) {
      if (args.includes('--watch')) await runTaro(target, 'development');
      else if (target === 'h5' && args.includes('--if-changed')) await buildH5IfChanged();
      else await build(target);
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
