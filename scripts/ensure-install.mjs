// Installs the dependencies when node_modules does not match package-lock.json; a few milliseconds when it does.
// Plain JavaScript without dependencies: it runs before anything is installed, on whatever Node (18 or later) the machine has.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const bin = join(modules, '.bin');
const lockfile = join(root, 'package-lock.json');
const installedLockfile = join(modules, '.package-lock.json');
const stamp = join(modules, '.genjin-install');
const mutex = join(root, '.cache', 'install.lock');
const nodeBinary = join(bin, process.platform === 'win32' ? 'node.cmd' : 'node');
const MUTEX_STALE_MS = 60_000;

// A production image may leave the dev dependencies out; every other use needs them.
const production = process.env.NODE_ENV === 'production';
const requiredMajor = Number(/\d+/.exec(readJson(join(root, 'package.json')).engines.node)[0]);
const systemNodeIsEnough = Number.parseInt(process.versions.node, 10) >= requiredMajor;

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function say(english, chinese) {
  console.log(`[install] ${english}\n[安装] ${chinese}`);
}

function fail(english, chinese) {
  console.error(`\n[install] ${english}\n[安装] ${chinese}`);
  process.exit(1);
}

function fingerprint() {
  if (!existsSync(lockfile) || !existsSync(installedLockfile)) return null;
  return createHash('sha256')
    .update(`${process.platform} ${process.arch} ${production}\n`)
    .update(readFileSync(lockfile))
    .update(readFileSync(installedLockfile))
    .digest('hex');
}

function isStamped() {
  if (!existsSync(stamp) || !(existsSync(nodeBinary) || systemNodeIsEnough)) return false;
  return readFileSync(stamp, 'utf8') === fingerprint();
}

/** Starts the binary: one that was built for another platform or libc is there and still does not work. */
function hasWorkingNode() {
  if (!existsSync(nodeBinary)) return systemNodeIsEnough;
  const { stdout, status } = spawnSync(nodeBinary, ['--version'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return status === 0 && Number(/\d+/.exec(stdout)?.[0]) >= requiredMajor;
}

/**
 * npm 10 links the binary, then deletes the link again together with the packages for other platforms, which all name
 * their binary `node`.
 */
function linkNode() {
  if (existsSync(nodeBinary)) return;
  for (const name of Object.keys(readJson(join(root, 'package.json')).optionalDependencies)) {
    const manifest = join(modules, name, 'package.json');
    const { bin: bins, os, cpu } = existsSync(manifest) ? readJson(manifest) : {};
    if (!bins?.node || os !== process.platform || cpu !== process.arch) continue;
    mkdirSync(bin, { recursive: true });
    if (process.platform === 'win32') {
      writeFileSync(nodeBinary, `@"%~dp0\\..\\${name}\\${bins.node.replaceAll('/', '\\')}" %*\r\n`);
    } else {
      symlinkSync(join('..', name, bins.node), nodeBinary);
    }
  }
}

/** True after an install that somebody did by hand: everything the lockfile requires here is there in the same version. */
function isInstalled() {
  if (!existsSync(installedLockfile) || !hasWorkingNode()) return false;
  const wanted = Object.entries(readJson(lockfile).packages);
  const installed = readJson(installedLockfile).packages;
  return wanted.every(([path, entry]) => {
    if (path === '' || entry.link) return true;
    const found = installed[path];
    if (!found) return entry.optional || entry.devOptional || entry.peer || (entry.dev && production);
    return found.version === entry.version;
  });
}

function writeStamp() {
  writeFileSync(stamp, fingerprint());
}

/** Two commands started at once must not install into one folder; the second waits for the first. */
async function acquireMutex() {
  mkdirSync(join(root, '.cache'), { recursive: true });
  for (let waiting = false; ; waiting = true) {
    try {
      writeFileSync(mutex, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!waiting)
      say('Another process is installing; waiting for it.', '另一个进程正在安装依赖，等待其完成。');
    const age = Date.now() - (statSync(mutex, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > MUTEX_STALE_MS) rmSync(mutex, { force: true });
    else await sleep(500);
  }
  process.on('exit', () => rmSync(mutex, { force: true }));
}

function npmCommand() {
  // npm tells which Node and which npm are running us; node_modules/.bin/node is about to be deleted and must not run npm.
  const { npm_execpath: cli, npm_node_execpath: node } = process.env;
  if (cli?.endsWith('.js') && node && !node.startsWith(modules))
    return { command: node, args: [cli], shell: false };
  return { command: 'npm', args: [], shell: process.platform === 'win32' };
}

function npmEnvironment() {
  const env = { ...process.env };
  const pathKey = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  env[pathKey] = (env[pathKey] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(modules))
    .join(delimiter);
  // Optional packages carry the Node binary, dev packages the build and the tests: neither may be switched off from outside.
  env.npm_config_include = 'dev optional';
  delete env.npm_config_omit;
  delete env.NODE_ENV;
  return env;
}

function runNpmCi() {
  const npm = npmCommand();
  const options = [
    'ci',
    '--include=dev',
    '--include=optional',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
  ];
  const started = Date.now();
  return new Promise((resolve) => {
    const child = spawn(npm.command, [...npm.args, ...options, '--loglevel=error'], {
      cwd: root,
      env: npmEnvironment(),
      shell: npm.shell,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    let ticks = 0;
    const heartbeat = setInterval(() => {
      const now = new Date();
      if (existsSync(mutex)) utimesSync(mutex, now, now);
      if (++ticks % 2 === 0) console.log(`[install] … ${Math.round((now.getTime() - started) / 1000)} s`);
    }, 5_000);
    const stop = (signal) => child.kill(signal);
    process.on('SIGINT', stop).on('SIGTERM', stop);
    const finish = (result) => {
      clearInterval(heartbeat);
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve(result);
    };
    child.on('error', (error) => finish(error.message));
    child.on('exit', (code, signal) => finish(code === 0 ? null : (signal ?? `exit code ${code}`)));
  });
}

async function install() {
  await acquireMutex();
  if (isStamped()) return;
  linkNode();
  if (isInstalled()) return writeStamp();
  say(
    'Installing the dependencies with npm ci (once; one to three minutes) …',
    '正在用 npm ci 安装依赖（仅首次需要，约一至三分钟）……',
  );
  const failure = await runNpmCi();
  if (failure) {
    fail(
      `npm ci failed (${failure}); its message is above. Check the network and the npm registry, then run the command again.`,
      `npm ci 失败（${failure}），原因见上。请检查网络与 npm 镜像源设置，然后重新运行。`,
    );
  }
  linkNode();
  // On musl the glibc binary from npm does not start; out of the way, it no longer hides a good system Node.
  if (!hasWorkingNode() && systemNodeIsEnough) rmSync(nodeBinary, { force: true });
  if (!hasWorkingNode()) {
    fail(
      `npm did not provide a working Node ${requiredMajor} for ${process.platform}-${process.arch}. Install Node ${requiredMajor} and run the command again with it.`,
      `npm 未能提供适用于 ${process.platform}-${process.arch} 的 Node ${requiredMajor}，请自行安装 Node ${requiredMajor} 后重试。`,
    );
  }
  writeStamp();
  say('Dependencies are installed.', '依赖安装完成。');
}

if (!existsSync(lockfile)) fail('package-lock.json is missing.', '缺少 package-lock.json。');
if (!isStamped()) await install();
