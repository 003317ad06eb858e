/** Writes the style sheets of the icons from lucide's SVG files. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Resvg } from '@resvg/resvg-js';
import { tabs } from '../miniapp/src/tabs.ts';
import { iconNames } from '../miniapp/src/ui/icon-names.ts';

const root = path.resolve(import.meta.dirname, '..');
const source = path.join(root, 'miniapp/src');
const lucide = path.dirname(createRequire(import.meta.url).resolve('lucide-static/package.json'));

function svg(name: string): string {
  return readFileSync(path.join(lucide, 'icons', `${name}.svg`), 'utf8')
    .replace(/<!--.*?-->/gs, '')
    .replace(/\s*class="[^"]*"/, '')
    .replace(/\s+/g, ' ')
    .replace(/> </g, '><')
    .replace(/ (\/?>)/g, '$1')
    .trim();
}

/** A data URL that stays readable: only the characters that CSS or a URL cannot carry are escaped. */
function dataUrl(name: string): string {
  const shapes = svg(name)
    .replace(/ (width|height)="24"/g, '')
    .replace('currentColor', '#000')
    .replace(/"/g, "'");
  return `data:image/svg+xml,${shapes.replace(/%/g, '%25').replace(/#/g, '%23').replace(/</g, '%3C').replace(/>/g, '%3E')}`;
}

function stylesheet(): string {
  const mask = (value: string) => `  -webkit-mask-image: ${value};\n  mask-image: ${value};\n`;
  const icons = iconNames.map((name) => `.icon-${name} {\n  --icon: url("${dataUrl(name)}");\n}\n`);
  return `// Written by scripts/build-icons.ts from icon-names.ts. Icons: lucide, ISC licence.

.icon {
  display: inline-block;
  width: 20px;
  height: 20px;
  flex: none;
  vertical-align: middle;
  background-color: currentColor;
  -webkit-mask-repeat: no-repeat;
  mask-repeat: no-repeat;
  -webkit-mask-position: center;
  mask-position: center;
  -webkit-mask-size: contain;
  mask-size: contain;
${mask('var(--icon)')}}

${icons.join('\n')}`;
}

/** The H5 tab bar draws <img> tags: masking them makes the icons follow the text colour in both themes. */
function h5TabStylesheet(): string {
  const rules = tabs.map(
    ({ icon }, index) =>
      `.weui-tabbar__item:nth-child(${index + 1}) {\n  --icon: url("${dataUrl(icon)}");\n}\n`,
  );
  return `// Written by scripts/build-icons.ts from tabs.ts. Icons: lucide, ISC licence.\n\n${rules.join('\n')}`;
}

function render(drawing: string, width: number): Buffer {
  return new Resvg(drawing, { fitTo: { mode: 'width', value: width } }).render().asPng();
}

/** @returns whether the file was different */
function writeIfChanged(file: string, content: string | Buffer): boolean {
  const next = Buffer.from(content);
  try {
    if (readFileSync(file).equals(next)) return false;
  } catch {
    mkdirSync(path.dirname(file), { recursive: true });
  }
  writeFileSync(file, next);
  return true;
}

/** @returns the paths that were written, relative to the repository; empty when all were up to date */
export function buildIcons(): string[] {
  const files: [string, string | Buffer][] = [
    ['ui/icons.scss', stylesheet()],
    ['ui/tab-icons.h5.scss', h5TabStylesheet()],
  ];
  // The router of Taro's H5 asks for a picture; the style sheet draws the real one.
  files.push([
    'assets/tab/blank.png',
    render('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>', 1),
  ]);
  return files
    .map(([file, content]) => [path.join(source, file), content] as const)
    .filter(([file, content]) => writeIfChanged(file, content))
    .map(([file]) => path.relative(root, file));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const written = buildIcons();
  console.log(written.length > 0 ? `Wrote ${written.join(', ')}` : 'Icons are up to date.');
}
