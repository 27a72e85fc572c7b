/**
 * `node --import tsx bench/export.ts`: what exporting one visitor with a long history costs, on the embedded database and
 * on the server that BENCH_DATABASE_URL names. Each export is the first thing that its server does, so that no memory
 * taken before it hides what it takes. `--events=20000` is a shorter history,
 * `--on=pglite` and `--on=postgres` are one of the two.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../src/infra/package-root.ts';
import { KEYS, send } from './ours.ts';
import { memoryOf } from './proc.ts';
import { CleanUp, databaseServer, ScratchDatabase } from './scratch.ts';
import { heading, table } from './table.ts';

const EVENTS = Number(option('events') ?? 200_000);
const BATCH = 500;
/** Between two looks at the server's memory. */
const LOOK_MS = 20;
/** A slow reader rests after so many pieces. */
const PIECES = 20;
const REST_MS = 20;
const VISITOR = 'long-history';

type Environment = Readonly<Record<string, string>>;

const cleanUp = new CleanUp();
try {
  if (option('on') !== 'postgres') {
    const folder = await mkdtemp(join(tmpdir(), 'bench-export-'));
    cleanUp.add(() => rm(folder, { recursive: true, force: true }));
    await measure('PGlite', { DATA_DIR: folder });
  }
  if (option('on') !== 'pglite') {
    const database = await ScratchDatabase.create(databaseServer(process.env), 'export', cleanUp);
    await measure('PostgreSQL', { DATABASE_URL: database.url });
  }
} finally {
  await cleanUp.run();
}

function option(name: string): string | undefined {
  return process.argv.find((each) => each.startsWith(`--${name}=`))?.split('=')[1];
}

async function measure(name: string, environment: Environment): Promise<void> {
  await withServer(environment, ({ port }) => seed(port));
  heading(`${name}: exporting a visitor with ${EVENTS} events`);
  const rows: (string | number)[][] = [];
  for (const format of ['json', 'csv']) {
    for (const reader of ['fast', 'slow']) {
      await withServer(environment, async (server) => {
        rows.push([format, reader, ...(await figures(server, format, reader === 'slow'))]);
      });
    }
  }
  table(['', 'reader', 's', 'MB', 'more memory, MB'], rows);
}

async function seed(port: number): Promise<void> {
  for (let at = 0; at < EVENTS; at += BATCH) {
    const events = Array.from({ length: Math.min(BATCH, EVENTS - at) }, (_, i) => ({
      type: 'track',
      userId: VISITOR,
      name: `event_${(at + i) % 20}`,
      properties: { number: at + i, text: 'some text as events have it' },
    }));
    await send(port, events);
  }
}

interface Server {
  readonly port: number;
  readonly pid: number;
}

async function figures({ port, pid }: Server, format: string, isSlow: boolean): Promise<number[]> {
  const address = `http://127.0.0.1:${port}/api/support/visitors/user:${VISITOR}`;
  const headers = { 'x-api-key': KEYS.secret };
  // What any first request takes is not the export's.
  await (await fetch(address, { headers })).arrayBuffer();
  const before = memoryOf(pid).now;
  let most = before;
  const looking = setInterval(() => {
    most = Math.max(most, memoryOf(pid).now);
  }, LOOK_MS);
  const began = performance.now();
  let [bytes, pieces] = [0, 0];
  try {
    const answer = await fetch(`${address}/export?format=${format}`, { headers });
    if (!answer.ok || !answer.body) throw new Error(`The export answered ${answer.status}.`);
    for await (const piece of answer.body) {
      bytes += piece.length;
      pieces += 1;
      if (isSlow && pieces % PIECES === 0) await new Promise((resolve) => setTimeout(resolve, REST_MS));
    }
  } finally {
    clearInterval(looking);
  }
  return [(performance.now() - began) / 1000, bytes / 1e6, most - before];
}

async function withServer(environment: Environment, work: (server: Server) => Promise<void>): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(packageRoot(), 'src/main.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      LOG_LEVEL: 'warn',
      BOOTSTRAP_SECRET_KEY: KEYS.secret,
      BOOTSTRAP_PUBLISHABLE_KEY: KEYS.publishable,
      ...environment,
    },
  });
  cleanUp.add(() => stop(child));
  await work({ port: await portOf(child), pid: child.pid ?? 0 });
  await stop(child);
}

/** From the address it prints. */
async function portOf(child: ChildProcess): Promise<number> {
  let printed = '';
  for await (const piece of child.stdout ?? []) {
    printed += String(piece);
    const port = /running at http:\/\/[^\s:]+:(\d+)/.exec(printed)?.[1];
    if (port === undefined) continue;
    child.stdout?.resume();
    return Number(port);
  }
  throw new Error(`The server ended instead of listening:\n${printed}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
