/** The environment, parsed once into a value that cannot be wrong. Nothing else reads `process.env`. */
import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { LOG_LEVELS, type LogLevel } from './log.ts';

/** Where things are kept: a folder of the embedded database, or a PostgreSQL server. */
export type StorageConfig =
  | { readonly kind: 'pglite'; readonly dataDir: string }
  | { readonly kind: 'postgres'; readonly url: string };

/** Keys that exist after every start, e.g. for compose files and tests. */
export interface BootstrapKeys {
  readonly secretKey?: string | undefined;
  readonly publishableKey?: string | undefined;
}

/** What the server runs by. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly storage: StorageConfig;
  /** Where browsers reach this server, without a slash at the end; absent: only by its own address. */
  readonly publicUrl?: string | undefined;
  /** Proxies whose X-Forwarded-* headers are believed: a number of hops, or addresses and networks. */
  readonly trustProxy: false | number | string[];
  readonly geoDatabase?: string | undefined;
  readonly logLevel: LogLevel;
  readonly redisUrl?: string | undefined;
  readonly bootstrap: BootstrapKeys;
  /** NODE_ENV is not `production`: the server explains itself to people who try it out. */
  readonly isDevelopment: boolean;
}

/** Everything that is wrong with the environment, one line each, naming the variable and never its value. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:
${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

const MAX_PORT = 65_535;
/** A shorter key could be guessed. */
const MIN_KEY_LENGTH = 12;
/** Names of address ranges that the proxy check understands. */
const NAMED_NETWORKS = ['loopback', 'linklocal', 'uniquelocal'];

const bootstrapKey = (prefix: string) =>
  z
    .string()
    .max(255)
    .regex(new RegExp(`^${prefix}_[\\w-]{${MIN_KEY_LENGTH - prefix.length - 1},}$`), {
      message: `must begin with ${prefix}_ and have at least ${MIN_KEY_LENGTH} characters: letters, digits, - and _`,
    });

const address = (schemes: readonly string[]) =>
  z.string().refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol), {
    message: `must be an address beginning with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
  });

const environment = z.object({
  PORT: z
    .string()
    .refine((value) => /^\d{1,5}$/.test(value) && Number(value) <= MAX_PORT, `must be a port from 0 to ${MAX_PORT}`)
    .transform(Number)
    .default(4000),
  HOST: z.string().default('127.0.0.1'),
  DATABASE_URL: address(['postgres:', 'postgresql:']).optional(),
  DATA_DIR: z.string().default('./data'),
  PUBLIC_URL: address(['http:', 'https:']).optional(),
  TRUST_PROXY: z
    .string()
    .refine(isTrustList, 'must be a number of hops, or addresses and networks with commas')
    .optional(),
  GEO_DATABASE: z.string().refine(existsSync, 'must be the path of a file that exists').optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
  REDIS_URL: address(['redis:', 'rediss:']).optional(),
  NODE_ENV: z.string().optional(),
  BOOTSTRAP_SECRET_KEY: bootstrapKey('sk').optional(),
  BOOTSTRAP_PUBLISHABLE_KEY: bootstrapKey('pk').optional(),
});

/**
 * @param variables as `process.env`; an empty text counts as absent.
 * @throws {ConfigError} with every problem at once.
 */
export function parseConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  const present = Object.fromEntries(Object.entries(variables).filter(([, value]) => value?.trim()));
  const parsed = environment.safeParse(present);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`));
  }
  const env = parsed.data;
  return {
    port: env.PORT,
    host: env.HOST,
    storage: env.DATABASE_URL
      ? { kind: 'postgres', url: env.DATABASE_URL }
      : { kind: 'pglite', dataDir: resolve(env.DATA_DIR) },
    publicUrl: env.PUBLIC_URL?.replace(/\/+$/, ''),
    trustProxy: trustList(env.TRUST_PROXY),
    geoDatabase: env.GEO_DATABASE,
    logLevel: env.LOG_LEVEL,
    redisUrl: env.REDIS_URL,
    bootstrap: { secretKey: env.BOOTSTRAP_SECRET_KEY, publishableKey: env.BOOTSTRAP_PUBLISHABLE_KEY },
    isDevelopment: env.NODE_ENV !== 'production',
  };
}

/** The web origins that are this server's own: a secret key may come from pages there. */
export function ownOrigins(config: Pick<Config, 'publicUrl' | 'port' | 'host'>): ReadonlySet<string> {
  if (config.publicUrl) return new Set([new URL(config.publicUrl).origin]);
  const hosts = [config.host.includes(':') ? `[${config.host}]` : config.host, 'localhost', '127.0.0.1', '[::1]'];
  const addresses = hosts.map((host) => `http://${host}:${config.port}`).filter((address) => URL.canParse(address));
  // As browsers write them: without the usual port.
  return new Set(addresses.map((address) => new URL(address).origin));
}

function isTrustList(value: string): boolean {
  if (/^\d+$/.test(value)) return Number(value) < 100;
  return parts(value).every((part) => NAMED_NETWORKS.includes(part) || isNetwork(part));
}

function isNetwork(part: string): boolean {
  const [ip = '', bits, ...rest] = part.split('/');
  const family = isIP(ip);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

function trustList(value: string | undefined): Config['trustProxy'] {
  if (value === undefined || value === '0') return false;
  return /^\d+$/.test(value) ? Number(value) : parts(value);
}

function parts(value: string): string[] {
  return value.split(',').map((part) => part.trim());
}
