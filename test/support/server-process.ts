/**
 * The real server as a process of its own, on a database of its own: started, stopped and killed as an operator or a
 * fault would do it. Embedded by default, on the server that TEST_DATABASE_URL names otherwise.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, vi } from 'vitest';
import type { Database } from '../../src/infra/database.ts';
import { packageRoot } from '../../src/infra/package-root.ts';
import { createPglite } from '../../src/infra/pglite.ts';
import { openTestDatabase } from './world.ts';

/** The keys of the workspace that every server here begins with. */
export const KEYS = { secretKey: 'sk_test_0123456789abcdef', publishableKey: 'pk_test_0123456789abcdef' } as const;

/** The start of a server whose predecessor was killed, on a machine that has other work. */
export const START_MS = 60_000;
/** Above the grace a server gives itself. */
const STOP_MS = 20_000;
/** What would lead a server elsewhere than the test wants. */
const OURS =
  /^(DATABASE_URL|DATA_DIR|REDIS_URL|HOST|PORT|PUBLIC_URL|TRUST_PROXY|GEO_DATABASE|NODE_ENV|VITEST.*|BOOTSTRAP_.*)$/;

/** Where servers keep their things. It outlives each of them. */
export interface Place {
  readonly kind: 'PGlite' | 'PostgreSQL';
  /** What tells a server of it. */
  readonly env: Readonly<Record<string, string>>;
  /** Of a PostgreSQL, for looking into it beside the server; an embedded one belongs to the server alone. */
  readonly db: Database | null;
  drop(): Promise<void>;
}

/** A server that runs. */
export interface RunningServer {
  /** `http://127.0.0.1:port`. */
  readonly origin: string;
  /** Whether the process is still there. */
  isAlive(): boolean;
  /** All it has printed. */
  output(): string;
  /** Asks it to stop and waits until it has. @returns the exit code; null when it had to be killed. */
  stop(): Promise<number | null>;
  /** Ends it without a word, as a lost machine would. */
  kill(): Promise<void>;
}

/** A place of the test's own, its tables made. */
export async function openPlace(server = process.env.TEST_DATABASE_URL): Promise<Place> {
  return server ? onPostgres(server) : onPglite();
}

async function onPglite(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'server-'));
  const dataDir = join(folder, 'data');
  const pglite = await createPglite(dataDir, new Blob([await readFile(inject('migratedDump'))]));
  await pglite.close();
  const drop = () => rm(folder, { recursive: true, force: true });
  return { kind: 'PGlite', env: { DATA_DIR: dataDir }, db: null, drop };
}

async function onPostgres(server: string): Promise<Place> {
  const { db, url = '', close } = await openTestDatabase(server);
  return { kind: 'PostgreSQL', env: { DATABASE_URL: url }, db, drop: close };
}

const bootstrap = { BOOTSTRAP_SECRET_KEY: KEYS.secretKey, BOOTSTRAP_PUBLISHABLE_KEY: KEYS.publishableKey };

/** Starts a server and waits until it is ready. It takes a port that is free. */
export async function startServer(place: Place, env: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
  const child = run({ ...place.env, PORT: '0', HOST: '127.0.0.1', ...bootstrap, ...env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
  try {
    const origin = await vi.waitFor(() => readyAt(child, output), { timeout: START_MS, interval: 50 });
    return {
      origin,
      isAlive: () => isAlive(child),
      output: () => output,
      stop: () => stop(child),
      kill: () => kill(child),
    };
  } catch (thrown) {
    await kill(child);
    throw thrown;
  }
}

/** From the sources, so that what is tested is what is there. */
function run(env: Readonly<Record<string, string>>): ChildProcess {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.test(name)));
  return spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: packageRoot(),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { LOG_LEVEL: 'warn', ...inherited, ...env },
  });
}

async function readyAt(child: ChildProcess, output: string): Promise<string> {
  if (!isAlive(child)) throw new Error(`The server ended with ${child.exitCode ?? child.signalCode}:\n${output}`);
  const origin = /running at (http:\S+)/.exec(output)?.[1];
  if (!origin) throw new Error(`The server does not listen yet:\n${output}`);
  const { status } = await fetch(`${origin}/readyz`);
  if (status !== 200) throw new Error(`The server is not ready: ${status}\n${output}`);
  return origin;
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (isAlive(child)) {
    const ended = once(child, 'exit');
    const patience = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.kill('SIGTERM');
    await ended;
    clearTimeout(patience);
  }
  return child.exitCode;
}

async function kill(child: ChildProcess): Promise<void> {
  if (!isAlive(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
