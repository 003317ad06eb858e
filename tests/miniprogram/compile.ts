/** Puts the built wxml and wxss through WeChat's own compilers, which refuse what the phone would refuse. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const folders: Partial<Record<NodeJS.Platform, string>> = { linux: 'linux', darwin: 'mac', win32: 'windows' };

/** The compilers are x64 programs; macOS runs them on ARM as well. */
export const canCompile =
  folders[process.platform] !== undefined && (process.arch === 'x64' || process.platform === 'darwin');

function compiler(name: 'wcc' | 'wcsc'): string {
  const home = path.dirname(createRequire(import.meta.url).resolve('miniprogram-compiler/package.json'));
  const file = path.join(
    home,
    'bin',
    folders[process.platform] ?? '',
    process.platform === 'win32' ? `${name}.exe` : name,
  );
  // npm unpacks them without the executable bit.
  if (process.platform !== 'win32') chmodSync(file, 0o755);
  return file;
}

function filesOf(dist: string, extension: string): string[] {
  return readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(extension))
    .map((file) => file.replaceAll('\\', '/'))
    .sort();
}

function run(dist: string, program: 'wcc' | 'wcsc', args: string[]): string[] {
  const result = spawnSync(compiler(program), args, {
    cwd: dist,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error) return [`${program}: ${result.error.message}`];
  if (result.status === 0) return [];
  return [`${program}: ${result.stderr.trim() || result.stdout.slice(0, 500) || `exit ${result.status}`}`];
}

/** @returns what the compilers refuse; empty when the package is acceptable */
export function compile(dist: string): string[] {
  const wxml = filesOf(dist, '.wxml');
  const wxss = filesOf(dist, '.wxss');
  if (wxml.length === 0 || wxss.length === 0) return [`${dist} holds no built mini-program`];

  const components = wxml.flatMap((file) => {
    const json = path.join(dist, file.replace(/\.wxml$/, '.json'));
    if (!existsSync(json)) return [];
    const used = Object.keys(
      (JSON.parse(readFileSync(json, 'utf8')) as { usingComponents?: object }).usingComponents ?? {},
    );
    return used.length > 0 ? [[file, String(used.length), ...used]] : [];
  });
  const componentArgs = [String(components.length), ...components.flat()].join(' ');
  const scripts = filesOf(dist, '.wxs');
  return [
    ...run(dist, 'wcc', ['-d', '-cc', componentArgs, ...wxml, ...scripts, '-gn', '$gwx']),
    ...run(dist, 'wcsc', ['-db', '-pc', '0', ...wxss]),
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const dist = path.resolve(import.meta.dirname, '../../dist/weapp');
  const refused = compile(dist);
  for (const line of refused) console.error(line);
  if (refused.length === 0) console.log('wcc and wcsc accept the package.');
  process.exitCode = refused.length === 0 ? 0 : 1;
}
