/** Measures what a phone downloads, and what WeChat hands to a page, and fails over budget: `npm run size`, after `npm run build`. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { filesOfPage } from './h5-pages.ts';
import { measureSetData } from './set-data.ts';

const root = path.resolve(import.meta.dirname, '..');
const weapp = path.join(root, 'dist/weapp');
const h5 = path.join(root, 'dist/h5');

// 760: a fifth tab, 工单, brought its list and the contract of service tickets. 780: the outbox sends photos from
// wherever the app is.
const BUDGET = { main: 780, subPackage: 350, h5FirstLoad: 300 };

interface Row {
  name: string;
  kilobytes: number;
  budget: number;
}

interface AppJson {
  subPackages?: { root: string }[];
}

/** Development only; WeChat leaves them out of the upload (see packOptions in project.config.json). */
const NOT_SHIPPED = /(\.map|\.LICENSE\.txt|\.build-hash|\.br|\.gz)$/;

function shippedFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !NOT_SHIPPED.test(file) && statSync(path.join(folder, file)).isFile());
}

const sizeOf = (file: string) => statSync(file).size;
const kilobytes = (bytes: number) => bytes / 1000;

function weappRows(): Row[] {
  const { subPackages = [] } = JSON.parse(readFileSync(path.join(weapp, 'app.json'), 'utf8')) as AppJson;
  const packageOf = (file: string) =>
    subPackages.find(({ root: folder }) => file.startsWith(`${folder}/`))?.root;
  const files = shippedFiles(weapp);
  const sum = (name: string | undefined) =>
    files
      .filter((file) => packageOf(file) === name)
      .reduce((total, file) => total + sizeOf(path.join(weapp, file)), 0);
  return [
    { name: 'WeChat main package', kilobytes: kilobytes(sum(undefined)), budget: BUDGET.main },
    ...subPackages.map(({ root: folder }) => ({
      name: `WeChat sub-package ${folder}`,
      kilobytes: kilobytes(sum(folder)),
      budget: BUDGET.subPackage,
    })),
  ];
}

const gzipped = (file: string) => gzipSync(readFileSync(file), { level: 6 }).length;

function h5Rows(): Row[] {
  const html = readFileSync(path.join(h5, 'index.html'), 'utf8');
  const entry = [
    ...html.matchAll(/<script[^>]* src="?\/([^"\s>]+)|href="?\/([^"\s>]+)"? rel="?stylesheet/g),
  ].map((match) => match[1] ?? match[2] ?? '');
  if (entry.length === 0) throw new Error('index.html of the H5 build names no script.');
  return ['pages/login/index', 'pages/today/index'].map((page) => {
    const loaded = new Set([...entry, ...filesOfPage(h5, page)]);
    const bytes = [...loaded].reduce(
      (total, file) => total + gzipped(path.join(h5, file)),
      gzipped(path.join(h5, 'index.html')),
    );
    return {
      name: `H5 first load of ${page}, gzip`,
      kilobytes: kilobytes(bytes),
      budget: BUDGET.h5FirstLoad,
    };
  });
}

/** Largest files first: where to look when a budget breaks. */
function largest(folder: string, count: number): [string, number][] {
  return shippedFiles(folder)
    .map((file): [string, number] => [file, kilobytes(sizeOf(path.join(folder, file)))])
    .sort((a, b) => b[1] - a[1])
    .slice(0, count);
}

async function main(): Promise<void> {
  for (const folder of [weapp, h5]) {
    if (!existsSync(folder))
      throw new Error(`${path.relative(root, folder)} is missing. Run \`npm run build\` first.`);
  }
  const rows = [...weappRows(), ...h5Rows()];
  const handed = (await measureSetData(weapp)).map(({ interaction, calls, ...row }) => ({
    ...row,
    name: `WeChat setData, ${interaction} (${calls} ${calls === 1 ? 'call' : 'calls'})`,
  }));
  rows.push(...handed);
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { name, kilobytes: size, budget } of rows) {
    const verdict = size > budget ? 'OVER' : 'ok';
    console.log(
      `${name.padEnd(width)}  ${size.toFixed(1).padStart(7)} kB  of ${String(budget).padStart(4)} kB  ${verdict}`,
    );
  }
  for (const [title, folder] of [
    ['WeChat', weapp],
    ['H5, not compressed', h5],
  ] as const) {
    console.log(`\nLargest files (${title})`);
    for (const [file, size] of largest(folder, 6))
      console.log(`  ${size.toFixed(1).padStart(7)} kB  ${file}`);
  }
  if (rows.some(({ kilobytes: size, budget }) => size > budget)) process.exitCode = 1;
}

await main();
