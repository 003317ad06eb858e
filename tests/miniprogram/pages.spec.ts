import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canCompile, compile } from './compile.ts';
import { MiniProgram } from './harness.ts';

const dist = path.resolve(import.meta.dirname, '../../dist/weapp');
if (!existsSync(path.join(dist, 'app.json'))) throw new Error('Run `npm run build:weapp` first.');

test.skipIf(!canCompile)('WeChat accepts every template and style sheet', () => {
  expect(compile(dist)).toEqual([]);
});

test('every colour that app.json takes from the theme exists in both themes', () => {
  const used = [...readFileSync(path.join(dist, 'app.json'), 'utf8').matchAll(/"@(\w+)"/g)].map(
    (match) => match[1],
  );
  const theme = JSON.parse(readFileSync(path.join(dist, 'theme.json'), 'utf8')) as Record<string, object>;
  for (const names of Object.values(theme)) expect(Object.keys(names)).toEqual(expect.arrayContaining(used));
});

test('no script uses syntax or globals that phones lack', () => {
  const scripts = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js'),
  );
  const code = scripts.map((file) => readFileSync(path.join(dist, file), 'utf8')).join('\n');
  expect(code).not.toMatch(/\bthis\.#\w|\?\?=|\bstructuredClone\(|\bcrypto\.randomUUID|\bnew TextDecoder/);
});

describe('pages', () => {
  let program: MiniProgram;
  const { pages } = new MiniProgram({ dist });

  beforeAll(() => {
    program = new MiniProgram({ dist });
  });
  afterAll(() => program.dispose());

  test.each(pages)('%s mounts and says something', async (route) => {
    const page = await program.open(route);
    await expect.poll(() => page.text).not.toBe('');
    expect(program.errors).toEqual([]);
    program.close(page);
  });
});
