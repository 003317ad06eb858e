import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const DEVELOPMENT_SECRET = 'development-only-secret-do-not-deploy';

const secret = z.string().min(32, 'at least 32 characters');
const url = (...protocols: string[]) =>
  z.url({
    protocol: new RegExp(`^(${protocols.join('|')})$`),
    error: `a URL that starts with ${protocols.join(':// or ')}://`,
  });
const wholeNumber = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const blankIsAbsent = (value: unknown) => (value === '' ? undefined : value);
const optional = <S extends z.ZodType>(schema: S) => z.preprocess(blankIsAbsent, schema.optional());

/** Everything that can be configured, each by an environment variable of the same name. */
const environment = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  /** Address and port to listen on. */
  HOST: z.string().default('0.0.0.0'),
  PORT: wholeNumber(0, 65_535).default(3000),
  /** How people reach the app, without a trailing slash: links in mails, the mini-program's API address. */
  PUBLIC_URL: optional(url('http', 'https')),
  /** Postgres 15 or newer. Without it: the embedded database in DATA_DIR. */
  DATABASE_URL: optional(url('postgres', 'postgresql')),
  /** Connections of this process. */
  DATABASE_POOL: wholeNumber(2, 200).default(20),
  /** Where the embedded database lives. */
  DATA_DIR: z.string().default('.data'),
  /** Where uploaded files lie when there is no FILES_BUCKET; without it: the folder `files` in DATA_DIR. */
  FILES_DIR: optional(z.string()),
  /** Bucket of an S3-compatible service for uploaded files, so that several servers share them. */
  FILES_BUCKET: optional(z.string()),
  /** Address of that service; without it: Amazon's. */
  S3_ENDPOINT: optional(url('http', 'https')),
  S3_REGION: z.string().default('us-east-1'),
  S3_ACCESS_KEY_ID: optional(z.string()),
  S3_SECRET_ACCESS_KEY: optional(z.string()),
  /** Rate limits, shared cache and notifications between processes. Without it: in this process. */
  REDIS_URL: optional(url('redis', 'rediss')),
  /** `smtp://user:password@host:587`; without it no mail is sent. */
  SMTP_URL: optional(url('smtp', 'smtps')),
  MAIL_FROM: z.string().default('跟进 Genjin <genjin@localhost>'),
  /** Signs access tokens and WeChat bind tickets. At least 32 characters. */
  JWT_SECRET: secret.default(DEVELOPMENT_SECRET),
  /** Seals the secrets of other companies that are kept in the database. Without it: JWT_SECRET. */
  SECRETS_KEY: optional(secret),
  /** Of the WeChat mini-program; without them WeChat login answers WECHAT_NOT_CONFIGURED. */
  WECHAT_APP_ID: optional(z.string()),
  WECHAT_APP_SECRET: optional(z.string()),
  /** Template of the subscribe message about overdue follow-ups; without it WeChat brings none. */
  WECHAT_TEMPLATE_OVERDUE: optional(z.string()),
  /** Addresses or networks of reverse proxies whose X-Forwarded-For is believed, separated by commas. */
  TRUSTED_PROXIES: optional(z.string()),
  /** Runs background jobs in this process. */
  WORKER: z.enum(['on', 'off']).default('on'),
  /** Fills an empty database with the demo company. Never in production. */
  DEMO_DATA: z.enum(['on', 'off']).default('on'),
  /** Of whoever may read /metrics, as a bearer token. Without it there are no metrics. */
  METRICS_TOKEN: optional(secret),
  /** For how many seconds a process that is told to end still takes requests, with /readyz red, until no proxy sends any. */
  DRAIN_SECONDS: wholeNumber(0, 5).default(0),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('warn'),
  /** Memory for hashing one password, in KiB. The default is the OWASP minimum for argon2id. */
  PASSWORD_MEMORY_KIB: wholeNumber(8, 1_048_576).default(19_456),
});

export type Config = z.output<typeof environment>;

/** How people and other servers reach the app, without a trailing slash. */
export const publicUrlOf = ({ PUBLIC_URL, PORT }: Config): string =>
  (PUBLIC_URL ?? `http://localhost:${PORT}`).replace(/\/+$/, '');

const ENV_FILE = join(import.meta.dirname, '../.env');

/** The configuration of this process: its environment, and the file `.env` for what the environment leaves open. */
export function loadConfig(): Config {
  if (existsSync(ENV_FILE)) process.loadEnvFile(ENV_FILE);
  return readConfig(process.env);
}

/** Reads the configuration; throws one error that lists every problem. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const result = environment.safeParse(env);
  const problems = result.success
    ? [...incomplete(result.data), ...unfitForProduction(result.data)]
    : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if (problems.length > 0 || !result.success) {
    throw new Error(`The configuration is not usable:\n${problems.map((p) => `  - ${p}`).join('\n')}`);
  }
  return result.data;
}

function incomplete(config: Config): string[] {
  if (!config.FILES_BUCKET || (config.S3_ACCESS_KEY_ID && config.S3_SECRET_ACCESS_KEY)) return [];
  return ['FILES_BUCKET: set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY as well'];
}

function unfitForProduction(config: Config): string[] {
  if (config.NODE_ENV !== 'production') return [];
  const problems: string[] = [];
  if (config.JWT_SECRET === DEVELOPMENT_SECRET)
    problems.push('JWT_SECRET: set a secret of your own in production');
  if (!config.PUBLIC_URL) problems.push('PUBLIC_URL: set the address people use in production');
  if (config.PASSWORD_MEMORY_KIB < 19_456) problems.push('PASSWORD_MEMORY_KIB: at least 19456 in production');
  if (Boolean(config.WECHAT_APP_ID) !== Boolean(config.WECHAT_APP_SECRET)) {
    problems.push('WECHAT_APP_ID and WECHAT_APP_SECRET: set both or neither');
  }
  if (config.WECHAT_TEMPLATE_OVERDUE && !config.WECHAT_APP_ID) {
    problems.push('WECHAT_TEMPLATE_OVERDUE: set WECHAT_APP_ID and WECHAT_APP_SECRET as well');
  }
  return problems;
}
