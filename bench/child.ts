/** Processes of the run: the servers and the load generator, started, asked and stopped. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { packageRoot } from '../src/infra/package-root.ts';
import type { LoadPlan, LoadResult } from './load.ts';
import type { CleanUp } from './scratch.ts';

/** A process that was started and has said that it is ready. */
export interface Child {
  readonly pid: number;
  /** Where it listens; 0 when it does not. */
  readonly port: number;
  /** Sends a message, answers the next one that comes back. */
  ask<Answer>(message: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

const START_MS = 30_000;
/** More than any slice and its drain take. */
const ANSWER_MS = 60_000;

/** A script of this folder; it sends `{port}` when it listens. */
export async function startScript(file: string, args: readonly string[], cleanUp: CleanUp): Promise<Child> {
  const path = join(packageRoot(), 'bench', file);
  const child = fork(path, args, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  cleanUp.add(() => stop(child));
  const { port } = (await next(child, START_MS)) as { port: number };
  return handle(child, port);
}

/** The load generator, waiting for plans. */
export async function startLoad(cleanUp: CleanUp): Promise<(plan: LoadPlan) => Promise<LoadResult>> {
  const load = await startScript('load.ts', [], cleanUp);
  return (plan) => load.ask<LoadResult>(plan);
}

/** The built server on a database, quiet, with a key of each kind. BENCH_PROFILE names a folder for its CPU profile. */
export async function startOurs(databaseUrl: string, keys: Keys, cleanUp: CleanUp): Promise<Child> {
  const folder = process.env.BENCH_PROFILE;
  const child = fork(join(packageRoot(), 'dist/src/main.js'), [], {
    execArgv: folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : [],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      DATABASE_URL: databaseUrl,
      LOG_LEVEL: 'warn',
      // So that the generator can be many addresses: one may send only so much with a publishable key.
      TRUST_PROXY: 'loopback',
      BOOTSTRAP_SECRET_KEY: keys.secret,
      BOOTSTRAP_PUBLISHABLE_KEY: keys.publishable,
    },
  });
  cleanUp.add(() => stop(child));
  return handle(child, await listeningPort(child));
}

/** Keys that the servers of a run know. */
export interface Keys {
  readonly secret: string;
  readonly publishable: string;
}

function handle(child: ChildProcess, port: number): Child {
  return {
    pid: child.pid ?? 0,
    port,
    ask: async <Answer>(message: unknown) => {
      const answer = next(child, ANSWER_MS);
      child.send(message as object);
      return (await answer) as Answer;
    },
    stop: () => stop(child),
  };
}

async function next(child: ChildProcess, patience: number): Promise<unknown> {
  const waiting = new AbortController();
  const signal = AbortSignal.any([waiting.signal, AbortSignal.timeout(patience)]);
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('A process of the benchmark ended before it answered.');
  });
  try {
    const [message] = await Promise.race([once(child, 'message', { signal }), ended]);
    return message;
  } finally {
    ended.catch(() => undefined);
    waiting.abort();
  }
}

/** From the address it prints. */
async function listeningPort(child: ChildProcess): Promise<number> {
  let printed = '';
  const signal = AbortSignal.timeout(START_MS);
  const ended = once(child, 'exit', { signal }).then(() => null);
  ended.catch(() => undefined);
  for (;;) {
    const chunk = await Promise.race([once(child.stdout ?? child, 'data', { signal }), ended]);
    if (chunk === null) throw new Error(`The server ended instead of listening:\n${printed}`);
    printed += String(chunk[0]);
    const port = /running at http:\/\/[^\s:]+:(\d+)/.exec(printed)?.[1];
    if (port !== undefined) return Number(port);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(force);
}
