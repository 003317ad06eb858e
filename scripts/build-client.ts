/**
 * Builds the client with Taro: `node scripts/build-client.ts h5 weapp`.
 * `--if-changed` skips an H5 that is up to date, `--watch` keeps building in development.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib';
import { generateSW } from 'workbox-build';
import { filesOfPage } from './h5-pages.ts';

type Target = 'h5' | 'weapp';

const NAMES: Record<Target, string> = { h5: 'H5', weapp: 'WeChat' };

const root = path.resolve(import.meta.dirname, '..');
const hashFile = (target: Target) => path.join(root, 'dist', target, '.build-hash');

function sourceFiles(folder: string): string[] {
  return (
    readdirSync(path.join(root, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      // Tests and the caches of tools decide nothing.
      .filter((file) => !/\.test\.tsx?$/.test(file) && !/[\\/]\./.test(path.relative(root, file)))
  );
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

function startTaro(
  target: Target,
  mode: 'production' | 'development',
  stdio: 'inherit' | 'pipe',
): ChildProcess {
  const home = path.dirname(createRequire(import.meta.url).resolve('@tarojs/cli/package.json'));
  const args = ['build', '--type', target, '--no-check', '--disable-global-config'];
  if (mode === 'development') args.push('--watch');
  return spawn(process.execPath, [path.join(home, 'bin/taro'), ...args], {
    // Taro looks for its config below the working directory.
    cwd: path.join(root, 'miniapp'),
    env: { ...process.env, NODE_ENV: mode, TARO_ENV: target },
    stdio: ['ignore', stdio, stdio],
  });
}

/** Waits for the end of the child, which does not outlive us when we are told to stop. */
async function exitCode(child: ChildProcess): Promise<number | null> {
  const stop = () => {
    child.kill();
    process.exit(130);
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

/** Says every few seconds that work goes on; on a terminal in one line. */
function showProgress(label: string): () => void {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const terminal = process.stdout.isTTY;
  const timer = setInterval(
    () => process.stdout.write(terminal ? `\r${label} … ${seconds()} s` : `${label} … ${seconds()} s\n`),
    terminal ? 1000 : 5000,
  );
  return () => {
    clearInterval(timer);
    console.log(`${terminal ? '\r' : ''}${label}: done in ${seconds()} s`);
  };
}

/** Taro redraws a progress bar and repeats itself; people need its words only when something is wrong. */
const readable = (log: string) =>
  stripVTControlCharacters(log)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !/●|即将开始启动编译|^ [^ ].*›/.test(line))
    .join('\n');

/**
 * Names the parts of the first page in index.html: a phone fetches them beside the entry instead of after it has run.
 * Whoever opens another page by its address fetches some that they need later.
 */
function preloadFirstPage(): void {
  const folder = path.dirname(hashFile('h5'));
  const index = path.join(folder, 'index.html');
  // What startFirstPage asks for is a chunk of its own (miniapp/src/api/start.ts).
  const ahead = readdirSync(path.join(folder, 'js')).filter((file) => /^workbench\.\w+\.js$/.test(file));
  const files = [...ahead.map((file) => `js/${file}`), ...filesOfPage(folder, 'pages/today/index')];
  const links = files.map(
    (file) => `<link rel="preload" href="/${file}" as="${file.endsWith('.js') ? 'script' : 'style'}"/>`,
  );
  // After the entry's own: nothing is shown before those are here.
  writeFileSync(index, readFileSync(index, 'utf8').replace('</head>', `${links.join('')}</head>`));
}

const WORTH_COMPRESSING = 1024;

/** Puts `.br` and `.gz` beside what the server sends, once and as small as they get (see serveH5 in server/app.ts). */
function compressH5(): void {
  const folder = path.dirname(hashFile('h5'));
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(js|css|html|svg)$/.test(name)) continue;
    const file = path.join(folder, name);
    const content = readFileSync(file);
    if (content.length < WORTH_COMPRESSING) continue;
    writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
    writeFileSync(
      `${file}.br`,
      brotliCompressSync(content, { params: { [zlib.BROTLI_PARAM_SIZE_HINT]: content.length } }),
    );
  }
}

/**
 * Writes dist/h5/sw.js, which starts the app without a network: every page of this build, nothing of the API. A new
 * version waits until the app is started the next time (see miniapp/src/api/service-worker.ts).
 */
async function addServiceWorker(): Promise<void> {
  const folder = path.dirname(hashFile('h5'));
  const { warnings } = await generateSW({
    swDest: path.join(folder, 'sw.js'),
    globDirectory: folder,
    globPatterns: ['index.html', '{js,css,static,chunk}/**/*'],
    globIgnores: ['**/*.{map,txt}'],
    // Hashed names change with their content; index.html has no hash and gets a revision.
    dontCacheBustURLsMatching: /\.[0-9a-f]{8}\./,
    navigateFallback: '/index.html',
    navigateFallbackDenylist: [/^\/api\//],
    cleanupOutdatedCaches: true,
    inlineWorkboxRuntime: true,
    sourcemap: false,
    mode: 'production',
  });
  if (warnings.length > 0) throw new Error(warnings.join('\n'));
}

export async function build(target: Target): Promise<void> {
  const hash = clientHash();
  const child = startTaro(target, 'production', 'pipe');
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (log += String(chunk)));
  const done = showProgress(`Building the ${NAMES[target]} client`);
  const code = await exitCode(child);
  done();
  const entry = path.join(root, 'dist', target, target === 'h5' ? 'index.html' : 'app.json');
  // A broken config makes Taro print and exit as if all were well.
  if (code !== 0 || !existsSync(entry))
    throw new Error(`${readable(log)}\nThe ${NAMES[target]} build failed.`);
  if (log.includes('⚠️ Warnings')) console.warn(readable(log));
  if (target === 'h5') {
    preloadFirstPage();
    await addServiceWorker();
    compressH5();
  }
  writeFileSync(hashFile(target), hash);
}

/**
 * Builds dist/h5 unless it already is what the sources say.
 * @returns whether a build was made
 */
export async function buildH5IfChanged(): Promise<boolean> {
  if (existsSync(hashFile('h5')) && readFileSync(hashFile('h5'), 'utf8') === clientHash()) return false;
  await build('h5');
  return true;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const args = process.argv.slice(2);
  const targets = args.filter((arg): arg is Target => arg === 'h5' || arg === 'weapp');
  try {
    for (const target of targets) {
      if (args.includes('--watch')) await exitCode(startTaro(target, 'development', 'inherit'));
      else if (target === 'h5' && args.includes('--if-changed')) await buildH5IfChanged();
      else await build(target);
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
