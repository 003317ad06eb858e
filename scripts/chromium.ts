// Finds a Chromium for the browser tests. `node scripts/chromium.ts` also tries to install one, with Chinese fonts.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium, { inflate } from '@sparticuz/chromium';
import { aptInstall, findExecutable } from './system-packages.ts';

/** What Playwright's `chromium.launch` takes. */
export interface ChromiumLaunch {
  executablePath: string;
  args: string[];
  env: Record<string, string>;
}

const systemNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'msedge'];
const systemFiles = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];
// As root there is no sandbox, and in a closed network every background request only waits for its timeout.
const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'];

const starts = (file: string, env: NodeJS.ProcessEnv) => spawnSync(file, ['--version'], { env }).status === 0;

function findSystemChromium(): string | undefined {
  return (
    process.env.CHROMIUM_PATH ??
    findExecutable(systemNames, ['/usr/bin']) ??
    systemFiles.find((file) => existsSync(file))
  );
}

/** Without a locale, Chromium takes Chinese out of the names of downloads. */
const surroundings = () => ({ ...process.env, LC_ALL: 'C.UTF-8' }) as Record<string, string>;

/** The npm package carries the browser for Linux x64 and, for systems that have them not, the libraries it links to. */
async function unpackChromium(): Promise<ChromiumLaunch> {
  const executablePath = await chromium.executablePath();
  const env = surroundings();
  if (starts(executablePath, env)) return { executablePath, args: [...args, ...chromium.args], env };
  const packageFolder = path.dirname(path.dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))));
  await inflate(path.join(packageFolder, 'bin', 'al2023.tar.br'));
  env.LD_LIBRARY_PATH = [path.join(tmpdir(), 'al2023', 'lib'), env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  env.FONTCONFIG_PATH ??= path.join(tmpdir(), 'fonts');
  if (starts(executablePath, env)) return { executablePath, args: [...args, ...chromium.args], env };
  throw new Error('No Chromium was found, and the one from npm does not start here. Set CHROMIUM_PATH.');
}

/** The browser of the system (or of `CHROMIUM_PATH`), else the one from npm. */
export async function findChromium(): Promise<ChromiumLaunch> {
  const executablePath = findSystemChromium();
  return executablePath ? { executablePath, args, env: surroundings() } : unpackChromium();
}

function hasChineseFont(): boolean {
  const { status, stdout } = spawnSync('fc-list', [':lang=zh', 'family'], { encoding: 'utf8' });
  return status === 0 && stdout.trim() !== '';
}

if (import.meta.main) {
  const missing = [
    ...(findSystemChromium() ? [] : ['chromium']),
    ...(process.platform !== 'linux' || hasChineseFont() ? [] : ['fonts-noto-cjk']),
  ];
  const failure = missing.length > 0 ? aptInstall(missing) : null;
  if (failure) console.log(`${missing.join(' and ')} not installed: ${failure}`);
  console.log((await findChromium()).executablePath);
}
