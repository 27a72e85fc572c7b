/** One visitor with a long history: merging, exporting and deleting them must not depend on how long it is. */
import { systemClock } from '../src/clock.ts';
import { type Context, SCOPES } from '../src/context.ts';
import { systemIds, toWire } from '../src/ids.ts';
import { LocalBus } from '../src/infra/bus.ts';
import type { Database, Sql } from '../src/infra/database.ts';
import { openPostgres } from '../src/infra/postgres.ts';
import type { Fragment } from '../src/infra/sql.ts';
import { mergeVisitors } from '../src/services/merge.ts';
import { undoMerge } from '../src/services/unmerge.ts';
import { KEYS, send } from './ours.ts';
import { memoryOf } from './proc.ts';
import { heading, median, short, table } from './table.ts';
import type { Run } from './w1.ts';

const PREFIX = '/api/support';
const BATCH = 500;
/** Between two looks at the server's memory. */
const LOOK_MS = 20;
/** Between two looks at an erasure. */
const POLL_MS = 500;
const LONG = 'long-history';
const SHORT = 'short-history';

/** Figures for one visitor with `settings.longHistory` events. */
export async function runLarge(run: Run): Promise<void> {
  const { settings } = run;
  await seedHistories(run);
  heading(`One visitor with ${settings.longHistory} events`);
  table(['', 'median ms', 'most ms', ''], await mergeFigures(run));
  table(['', 's', 'MB', 'more memory, MB'], [await exportFigures(run, 'json'), await exportFigures(run, 'csv')]);
  await deleteFigures(run);
}

async function seedHistories({ ours, settings }: Run): Promise<void> {
  const { port } = ours.child;
  const items = [
    { type: 'identify', userId: LONG, anonymousId: `${LONG}-browser`, traits: { name: 'Long History' } },
    { type: 'page', anonymousId: SHORT, url: '/' },
  ];
  await send(port, items);
  for (let at = 0; at < settings.longHistory; at += BATCH) {
    const count = Math.min(BATCH, settings.longHistory - at);
    const events = Array.from({ length: count }, (_, i) => ({
      type: 'track',
      userId: LONG,
      name: `event_${(at + i) % 20}`,
      properties: { number: at + i, text: 'some text as events have it' },
    }));
    await send(port, events);
  }
  await ours.database.settle();
}

/** What the database takes for a merge and for its undo: from asking to answer, statement by statement, COMMIT aside. */
async function mergeFigures({ ours, settings }: Run): Promise<(string | number)[][]> {
  const db = openPostgres(ours.database.url);
  const [row] = (await ours.database.client.query('SELECT id, hash_key FROM workspace LIMIT 1')).rows;
  const spent: number[] = [];
  const by = { keyId: toWire('key', systemIds.uuid()), name: 'bench' };
  const ctx: Context = {
    caller: { workspaceId: row.id, hashKey: row.hash_key, kind: 'secret', by, scopes: new Set(SCOPES) },
    db: timed(db, spent),
    clock: systemClock,
    ids: systemIds,
    bus: new LocalBus(),
    erasures: { carryOn: async () => undefined },
  };
  const [merges, undos]: [number[], number[]] = [[], []];
  try {
    for (let i = 0; i < settings.largeMerges; i++) {
      spent.length = 0;
      const body = { sourceVisitorId: `anon:${SHORT}`, targetVisitorId: `user:${LONG}` };
      // Both ways round: the long history is the source's every other time.
      const turned = { sourceVisitorId: body.targetVisitorId, targetVisitorId: body.sourceVisitorId };
      const { merge } = await mergeVisitors(ctx, i % 2 === 0 ? body : turned);
      merges.push(sum(spent));
      spent.length = 0;
      await undoMerge(ctx, merge.id ?? '');
      undos.push(sum(spent));
    }
  } finally {
    await db.close();
  }
  return [
    ['merging them with somebody', median(merges), Math.max(...merges), 'database time'],
    ['undoing it', median(undos), Math.max(...undos), 'database time'],
  ];
}

/** How long an export takes, how much it is, and how much more memory the server has meanwhile. */
async function exportFigures({ ours }: Run, format: 'json' | 'csv'): Promise<(string | number)[]> {
  const { port, pid } = ours.child;
  const before = memoryOf(pid).now;
  let most = before;
  const looking = setInterval(() => {
    most = Math.max(most, memoryOf(pid).now);
  }, LOOK_MS);
  const began = performance.now();
  let bytes = 0;
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${PREFIX}/visitors/user:${LONG}/export?format=${format}`, {
      headers: { 'x-api-key': KEYS.secret },
    });
    if (!answer.ok || !answer.body) throw new Error(`The export answered ${answer.status}.`);
    for await (const chunk of answer.body) bytes += chunk.length;
  } finally {
    clearInterval(looking);
  }
  return [`exporting them as ${format}`, (performance.now() - began) / 1000, bytes / 1e6, most - before];
}

/** Deletes them, and tells how it got on. */
async function deleteFigures({ ours }: Run): Promise<void> {
  const ask = async (method: string, path: string): Promise<{ status: number; data: Answered }> => {
    const url = `http://127.0.0.1:${ours.child.port}${PREFIX}${path}`;
    const answer = await fetch(url, { method, headers: { 'x-api-key': KEYS.secret } });
    return { status: answer.status, data: ((await answer.json()) as { data: Answered }).data };
  };
  const began = performance.now();
  const passed = () => `${short((performance.now() - began) / 1000)} s`;
  let { status, data } = await ask('DELETE', `/visitors/user:${LONG}`);
  console.log(`  deleting them: answered ${status} after ${passed()}`);
  while (data.erasure && data.erasure.status === 'running') {
    console.log(`    ${passed()}: ${data.erasure.done} of ${data.erasure.total} rows`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    ({ status, data } = await ask('GET', `/erasures/${data.erasure.id}`));
  }
  const left = await ours.database.number(
    `SELECT count(*) FROM event WHERE name LIKE 'event\\_%' AND properties ? 'number'`,
  );
  console.log(`    ${passed()}: done, ${left} of their events left`);
}

interface Answered {
  readonly erasure?: { readonly id: string; readonly status: string; readonly done: number; readonly total: number };
}

/** Notes how long each statement takes. */
function timed(db: Database, spent: number[]): Database {
  const clocked = (on: Sql): Sql => ({
    rows: <Row>(statement: Fragment) => noting(() => on.rows<Row>(statement)),
    run: (statement) => noting(() => on.run(statement)),
  });
  const noting = async <Result>(ask: () => Promise<Result>): Promise<Result> => {
    const began = performance.now();
    try {
      return await ask();
    } finally {
      spent.push(performance.now() - began);
    }
  };
  return { ...db, ...clocked(db), transaction: (work) => db.transaction((tx) => work(clocked(tx))) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
