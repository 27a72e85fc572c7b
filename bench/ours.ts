/** Our server in a run: its traffic, the people it knows before, and the proof that it lost nothing. */
import { type Child, type Keys, startOurs } from './child.ts';
import type { Target, Traffic } from './measure.ts';
import { type CleanUp, ScratchDatabase } from './scratch.ts';
import { type EventWorkload, visitorName } from './workload.ts';

/** The keys of every run; they open a database that nobody else knows. */
export const KEYS: Keys = { secret: 'sk_bench_0123456789abcdef', publishable: 'pk_bench_0123456789abcdef' };

const PREFIX = '/api/support';
const SEED_BATCH = 250;

/** Events about known people, one per request, by a server: W1. */
export function trackTraffic(visitors: number, how: Partial<EventWorkload> & { key?: string } = {}): Traffic {
  const { key = KEYS.secret, ...changes } = how;
  const workload = { kind: 'events', visitors, who: 'userId', sessions: false, perRequest: 1, ...changes } as const;
  return {
    path: `${PREFIX}${workload.perRequest > 1 ? '/batch' : '/events'}`,
    headers: { 'x-api-key': key },
    browsers: key === KEYS.publishable,
    workload,
  };
}

/** Reads of these paths below the prefix. */
export function readTraffic(paths: readonly string[]): Traffic {
  const workload = { kind: 'reads', paths: paths.map((path) => PREFIX + path) } as const;
  return { path: '', headers: { 'x-api-key': KEYS.secret }, browsers: false, workload };
}

/** The built server on a new database that knows as many users, and as many anonymous visitors. */
export async function openOurs(server: string, visitors: number, cleanUp: CleanUp): Promise<Target> {
  const database = await ScratchDatabase.create(server, 'ours', cleanUp);
  const child = await startOurs(database.url, KEYS, cleanUp);
  await seed(child, visitors);
  return { name: 'ours', child, database, flushes: true };
}

/** Makes everybody known: users with a name and an address, anonymous visitors by a page they saw. */
export async function seed({ port }: Pick<Child, 'port'>, visitors: number): Promise<void> {
  const items = Array.from({ length: visitors }, (_, i) => {
    const name = visitorName(i);
    const traits = { name: `Ann Example ${i}`, email: `${name}@example.com`, plan: i % 3 === 0 ? 'premium' : 'free' };
    return [
      { type: 'identify', userId: name, traits },
      { type: 'page', anonymousId: name, url: '/pricing' },
    ];
  }).flat();
  for (let i = 0; i < items.length; i += SEED_BATCH) await send(port, items.slice(i, i + SEED_BATCH));
}

/**
 * Every acknowledged event is a row, and every row is counted in a profile.
 *
 * @throws {Error} with the three numbers when they differ.
 */
export async function checkOurs({ database }: Target, acknowledged: number): Promise<void> {
  const stored = await database.number('SELECT count(*) FROM event');
  const counted = await database.number('SELECT sum(event_count) FROM profile_activity');
  if (stored === acknowledged && counted === acknowledged) return;
  throw new Error(`${acknowledged} events were acknowledged, ${stored} stored, ${counted} counted in profiles.`);
}

/** Ingests items. @throws {Error} unless each is accepted. */
export async function send(port: number, items: readonly object[]): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}${PREFIX}/batch`, {
    method: 'POST',
    headers: { 'x-api-key': KEYS.secret, 'content-type': 'application/json' },
    body: JSON.stringify({ items }),
    signal: AbortSignal.timeout(30_000),
  });
  const { data } = (await response.json()) as { data?: { results: { status: string }[] } };
  if (!data?.results.every(({ status }) => status === 'accepted')) throw new Error('Not everything could be stored.');
}
