import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';

// What the image holds is what the server needs: nobody builds it before a release, and then it would be too late.

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
const ignored = read('.dockerignore').split('\n');

const stages = read('Dockerfile').split(/^FROM /m);
/** What a stage copies of the sources; the rest it takes from the stages before. */
const copiedBy = (stage: string | undefined) =>
  (stage ?? '')
    .split('\n')
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from'))
    .flatMap((line) => line.split(' ').slice(1, -1));

const isLeftOut = (file: string) => /\.test\.tsx?$|^server\/testing\//.test(file);
const isIn = (copied: string[], file: string) =>
  !isLeftOut(file) && copied.some((entry) => file === entry || file.startsWith(`${entry}/`));
const sourcesOf = (copied: string[]) =>
  globSync('{server,shared,scripts}/**/*.ts', { cwd: root }).filter((file) => isIn(copied, file));

const importsOf = (files: string[]) =>
  files.flatMap((file) => {
    const { staticImports, staticExports } = parseSync(file, read(file)).module;
    const reexports = staticExports.flatMap(({ entries }) =>
      entries.map(({ moduleRequest }) => moduleRequest),
    );
    const requests = [...staticImports.map(({ moduleRequest }) => moduleRequest), ...reexports];
    return requests.flatMap((request) => (request ? [{ file, specifier: request.value }] : []));
  });
const isOwn = (specifier: string) => /^[.#]/.test(specifier);
const targetOf = ({ file, specifier }: { file: string; specifier: string }) =>
  specifier.startsWith('#') ? specifier.slice(1) : relative(root, join(root, dirname(file), specifier));

const copied = copiedBy(stages.at(-1));
const sources = sourcesOf(copied);
const imports = importsOf(sources);

describe('the image', () => {
  it('has the sources of the server, and lets the build see all that it copies', () => {
    expect(sources).toContain('server/main.ts');
    expect(sources.length).toBeGreaterThan(200);
    for (const entry of stages.flatMap(copiedBy)) expect(ignored, entry).toContain(`!${entry}`);
    expect(ignored).toEqual(expect.arrayContaining(['*', '**/*.test.ts', 'server/testing']));
  });

  it('has every file that they import', () => {
    const own = imports.filter(({ specifier }) => isOwn(specifier));
    expect(own.length).toBeGreaterThan(500);
    expect(own.filter((each) => !sources.includes(targetOf(each)))).toEqual([]);
  });

  it('builds its client with every file that the build imports', () => {
    const copiedForClient = copiedBy(stages.find((stage) => stage.includes(' AS client')));
    const tools = sourcesOf(copiedForClient).filter((file) => file.startsWith('scripts/'));
    expect(tools).toContain('scripts/build-client.ts');
    const own = importsOf(tools).filter(({ specifier }) => isOwn(specifier));
    expect(own.filter((each) => !isIn(copiedForClient, targetOf(each)))).toEqual([]);
  });

  it('keeps the binaries that its packages bring as optional ones', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { optionalDependencies?: object }>;
    };
    const bringing = Object.keys(dependencies).filter(
      (name) => packages[`node_modules/${name}`]?.optionalDependencies,
    );
    expect(bringing).toContain('sharp');
    expect(stages.find((stage) => stage.includes(' AS dependencies'))).not.toContain('--omit=optional');
  });

  it('has every package that they import, and not one that only the build needs', () => {
    const packages = imports
      .map(({ specifier }) => specifier)
      .filter((specifier) => !isOwn(specifier) && !specifier.startsWith('node:'))
      .map((specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'));
    // Fonts are no modules: they are found where their package lies.
    const fonts = read('server/kernel/pdf.ts').match(/@expo-google-fonts\/[\w-]+/g) ?? [];
    expect([...new Set([...packages, ...fonts])].sort()).toEqual(Object.keys(dependencies).sort());
  });
});
