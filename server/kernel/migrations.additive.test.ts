import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { statementsOf } from './migrate.ts';

// While an upgrade goes on, and after it was taken back, processes of the version before work on the new schema. So a migration
// only adds; what nobody uses any more goes with a later version, marked by `-- contract: <version>` above the statement: the
// first version that does without it.

/** Applied before there was this rule. */
const LAST_UNRULED = '0025';
const DIRECTORY = join(import.meta.dirname, '../../migrations');

type Rule = readonly [what: string, pattern: RegExp];

/** Statements, and changes of an `alter table`, after which the version before lacks what it reads or writes. */
const STATEMENTS: readonly Rule[] = [
  ['drops a table', /^drop (table|view|materialized view|schema|type|function|sequence)\b/],
  ['empties a table', /^truncate\b/],
];
const CHANGES: readonly Rule[] = [
  ['drops a column', /^drop (?!constraint\b)/],
  ['renames', /^rename\b/],
  ['changes a type', /^alter (column )?\S+ (set data )?type\b/],
  ['demands a value', /^alter .*\bset not null\b/],
  ['takes a default away', /^alter .*\bdrop default\b/],
  ['adds a column that demands a value', /^add (?!constraint\b)(?!.*\b(default|generated)\b).*\bnot null\b/],
];

const MARKER = /^-- contract: \d+\.\d+\.\d+$/m;

const broken = (rules: readonly Rule[], text: string) =>
  rules.filter(([, pattern]) => pattern.test(text)).map(([what]) => what);

/** What a statement takes from the version before. Empty: nothing, or it says that it may. */
function takenAwayBy(statement: string): string[] {
  if (MARKER.test(statement)) return [];
  const bare = statement
    .replace(/--.*/g, '')
    .replace(/'[^']*'/g, "''")
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
  const altered = /^alter table (?:if exists )?(?:only )?\S+ (.*)/.exec(bare)?.[1];
  if (altered === undefined) return broken(STATEMENTS, bare);
  const changes = altered.split(/,(?![^(]*\))/);
  return changes.flatMap((change) => broken(CHANGES, change.trim()));
}

describe('a migration', () => {
  const files = readdirSync(DIRECTORY).filter(
    (name) => name.endsWith('.sql') && name.slice(0, 4) > LAST_UNRULED,
  );

  test.each(files)('%s leaves to the version before what it uses', (name) => {
    const statements = statementsOf(readFileSync(join(DIRECTORY, name), 'utf8'));
    const taken = statements.flatMap((statement) =>
      takenAwayBy(statement).map((what) => `${what}: ${statement}`),
    );
    expect(taken).toEqual([]);
  });

  test.each([
    ['drop table visits', 'drops a table'],
    ['alter table leads drop column city', 'drops a column'],
    ['alter table leads drop city', 'drops a column'],
    ['alter table leads\n  add column x text,\n  drop column if exists city', 'drops a column'],
    ['alter table leads rename column city to town', 'renames'],
    ['alter table leads rename to clues', 'renames'],
    ['alter table leads alter column city type varchar(20)', 'changes a type'],
    ['alter table leads alter city set data type jsonb using city::jsonb', 'changes a type'],
    ['alter table leads alter column city set not null', 'demands a value'],
    ['alter table leads alter column city drop default', 'takes a default away'],
    ['alter table leads add column town text not null', 'adds a column that demands a value'],
    [
      "alter table leads add column town text default '', add column county text not null",
      'adds a column that demands a value',
    ],
    ['-- why not\ntruncate leads', 'empties a table'],
  ])('%j %s', (statement, what) => {
    expect(takenAwayBy(statement)).toEqual([what]);
  });

  test.each([
    'create table visits (id uuid primary key, city text not null)',
    'alter table leads add column town text',
    "alter table leads add column town text not null default ''",
    'alter table leads add column price numeric(14, 2) not null default 0, add column place jsonb',
    'alter table leads add column total numeric generated always as (a + b) stored not null',
    'alter table leads alter column city drop not null',
    'alter table leads drop constraint leads_contact',
    'alter table leads add constraint leads_town check (town is not null)',
    'alter index leads_city rename to leads_town',
    'drop index leads_city',
    "insert into notes values ('drop table leads')",
    '-- The next version drops column city.\nalter table leads add column town text',
    '-- contract: 0.2.0\nalter table leads drop column city',
  ])('may say %j', (statement) => {
    expect(takenAwayBy(statement)).toEqual([]);
  });

  it('says from which version on nobody needs what it takes away', () => {
    expect(takenAwayBy('-- contract: soon\nalter table leads drop column city')).toEqual(['drops a column']);
  });
});
