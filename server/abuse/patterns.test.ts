import { beforeAll, describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { allEndpoints, allWebhooks } from '#shared/api.ts';
import { speakChinese } from '#shared/http/messages.ts';
import { readChat } from '#shared/leads/chat.ts';
import { maskDigits, normalizePhone } from '#shared/values/phone.ts';
import { mailFailureWords } from '../kernel/mail.ts';
import { compileValidator } from '../kernel/route.ts';
import { gramsOf, nameKeyOf, searchFor, searchTextOf } from '../kernel/search.ts';
import { textOf } from '../modules/intake/clue.ts';
import { customerTransfer } from '../modules/transfers/customer-transfer.ts';
import { leadTransfer } from '../modules/transfers/lead-transfer.ts';
import { readCsv } from '../modules/transfers/read-csv.ts';
import { numberText } from '../modules/transfers/read-workbook.ts';
import { fieldsOf } from '../modules/transfers/transfer.ts';
import { onRealPostgres } from '../testing/database.ts';

// A text that strangers write costs no more than its length. What grows with the square of it would let one request of a
// megabyte hold the process for minutes.

beforeAll(() => speakChinese());

/** What a pattern may stumble over, repeated: each kind of character that some field knows, and runs that end in nothing. */
const REPEATED = [
  'a',
  'A',
  '1',
  '13800138000',
  '１',
  '中',
  '店',
  '市',
  '微信',
  'wx',
  'wx ',
  '微信号：',
  ' ',
  '\t',
  '\n',
  '　',
  '-',
  '－',
  '.',
  '_',
  '@',
  '+',
  '%',
  '/',
  ':',
  '：',
  '(',
  '（',
  ',',
  '，',
  '=',
  '"',
  '<',
  '[',
  '&',
  '\\',
  '\u0000',
  '\ud800',
  '\u0301',
  '😀',
  'ﷺ',
  'a.',
  'a@',
  '@a.',
  'a-',
  'a ',
  '1 ',
  '1-',
  '1.',
  '1E',
  '86',
  '0',
  '2026-01-01',
  '2026-01-01T00:00:00',
  'new,',
  '我叫',
  '客房',
  '客户名称',
  '我是酒店',
  '的酒店',
];
/** What stands around the run, so that a pattern begins to match and then fails at the far end. */
const AROUND: readonly (readonly [before: string, after: string])[] = [
  ['', ''],
  ['1', '\u0001!'],
  ['a@a.', '!'],
];

/** Of each kind, a text of the length `n` and one four times as long. */
const textsOf = (n: number) =>
  REPEATED.flatMap((part) =>
    AROUND.map(([before, after]) => {
      // Through bytes: otherwise it is put together the first time that somebody reads it.
      const text = (length: number) =>
        Buffer.from(before + part.repeat(length / part.length) + after, 'utf16le').toString('utf16le');
      return { name: JSON.stringify(`${before}${part}…${after}`), short: text(n), long: text(4 * n) };
    }),
  );

/** Four times the text may take this many times as long: what grows with the length takes 4, with its square 16. */
const GROWTH = 9;
/** In milliseconds of the processor: below this there is nothing to compare. */
const NOTHING = 15;
const TRIES = 5;

function timeOf(run: () => unknown): number {
  const started = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

function expectProportional(
  what: string,
  texts: ReturnType<typeof textsOf>,
  take: (text: string) => unknown,
) {
  for (const { name, short, long } of texts) {
    let [before, after] = [0, Number.POSITIVE_INFINITY];
    // The longest of the short ones and the shortest of the long ones: others use the machine, too.
    for (let i = 0; i < TRIES && after > Math.max(NOTHING, GROWTH * before); i++) {
      before = Math.max(
        before,
        timeOf(() => take(short)),
      );
      after = Math.min(
        after,
        timeOf(() => take(long)),
      );
    }
    expect(after, `${what} with ${name}: ${after} ms after ${before} ms`).toBeLessThanOrEqual(
      Math.max(NOTHING, GROWTH * before),
    );
  }
}

type Schema = z.core.$ZodType;

/** The schemas of all fields inside of one, each only once. */
function fieldsIn(schema: Schema | undefined, path: string, seen: Set<Schema>): [string, Schema][] {
  if (!schema || seen.has(schema)) return [];
  seen.add(schema);
  const { type, shape, ...inner } = schema._zod.def as unknown as {
    readonly type: string;
    readonly shape?: Readonly<Record<string, Schema>>;
    readonly options?: readonly Schema[];
    readonly element?: Schema;
    readonly keyType?: Schema;
    readonly valueType?: Schema;
    readonly innerType?: Schema;
    readonly in?: Schema;
    readonly out?: Schema;
  };
  const { options = [], element, keyType, valueType, innerType } = inner;
  const same = [...options, innerType, inner.in, inner.out];
  return [
    ...(type === 'object' ? [] : [[path, schema] as [string, Schema]]),
    ...Object.entries(shape ?? {}).flatMap(([name, field]) => fieldsIn(field, `${path}.${name}`, seen)),
    ...same.flatMap((each) => fieldsIn(each, path, seen)),
    ...fieldsIn(element, `${path}[]`, seen),
    ...fieldsIn(keyType, `${path} key`, seen),
    ...fieldsIn(valueType, `${path} value`, seen),
  ];
}

const seen = new Set<Schema>();
const fields = [
  ...allEndpoints.flatMap(([name, { params, query, body }]) =>
    Object.entries({ params, query, body }).map(([part, schema]) => [`${name} ${part}`, schema] as const),
  ),
  ...allWebhooks.map(([name, { params }]) => [`${name} params`, params] as const),
].flatMap(([name, schema]) => fieldsIn(schema, name, seen));
/** The outermost of each field; those within are reached through it. */
const outermost = [...new Map(fields.toReversed()).entries()].toReversed();

describe('a text of a hundred thousand characters takes time in proportion to its length', () => {
  const texts = textsOf(25_000);

  // Needs no database, but a quarter of a minute.
  it.runIf(onRealPostgres)(
    'in every field that an endpoint declares',
    () => {
      expect(outermost.length).toBeGreaterThan(250);
      for (const [name, schema] of outermost) {
        expectProportional(name, texts, compileValidator({ schema: schema as z.ZodType }));
      }
    },
    300_000,
  );

  it.each<[string, (text: string) => unknown]>([
    ['when a chat is read', readChat],
    ['when telephone numbers are put into one spelling', normalizePhone],
    ['when telephone numbers are masked', maskDigits],
    ['when it is cut into grams', (text) => gramsOf([text])],
    ['when it is prepared to be searched', (text) => searchTextOf([text])],
    ['when it is searched for', searchFor],
    ['when it is compared as a name', nameKeyOf],
    ['when a platform sends it', textOf],
    ['when a mail server says it', (text) => mailFailureWords({ ...new Error(text), response: text })],
    ['when it is a number in a workbook', numberText],
    ['when it is a cell of leads', cellsOf(leadTransfer)],
    ['when it is a cell of customers', cellsOf(customerTransfer)],
    ['when it is a CSV file', orRefused((text) => readCsv(Buffer.from(text)))],
  ])('%s', (what, take) => expectProportional(what, texts, take), 120_000);
});

function cellsOf(transfer: typeof leadTransfer | typeof customerTransfer) {
  const columns = fieldsOf(transfer);
  return (text: string) => columns.map((column) => column.read(text));
}

function orRefused(take: (text: string) => unknown) {
  return (text: string) => {
    try {
      take(text);
    } catch (error) {
      expect(error).toMatchObject({ refusal: expect.any(String) });
    }
  };
}
