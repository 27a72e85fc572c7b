/** Whatever a workspace holds, REST, GraphQL and the SDK read the same of it: values, order, totals, cursors, redirects. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { all } from '../support/sdk-clients.ts';
import { askAll, type Said } from './doors.ts';
import type { Known, Read } from './reading.ts';
import { READS } from './reads.ts';
import { build, openParityServer, type ParityServer, type Place } from './workspace.ts';
import { conversationId as conversationIdOf } from './writes.ts';

/** PARITY_SEEDS=7,8 looks at other workspaces. */
const SEEDS = (process.env.PARITY_SEEDS ?? '1,2').split(',').map(Number);

let server: ParityServer;

beforeAll(async () => {
  server = await openParityServer();
});
afterAll(() => server.close());

/** The answer all doors agree on. */
async function agreed(place: Place, row: Read, known: Known, stretch: { limit: number; cursor?: string }) {
  const { REST, ...others } = await askAll(place, row.ask(known, stretch));
  for (const [door, said] of Object.entries(others)) expect(said, door).toEqual(REST);
  return REST as Exclude<Said, { readonly code: string }>;
}

describe.each(SEEDS)('in the workspace of seed %i', (seed) => {
  let place: Place;
  let known: Known;

  beforeAll(async () => {
    place = await build(server, seed);
    const ann = await place.client.visitors.get('user:ann');
    const { id = '' } = (await place.client.query.visitor({ id: 'user:bob' }))?.company ?? {};
    const [conversationId, { erasureId = '' }] = [await conversationIdOf(place), place];
    known = { mergedAway: ann.mergedFrom[0] ?? '', companyId: id, erasureId, conversationId };
  });

  it('there is something of everything', async () => {
    const { client } = place;
    expect(known.mergedAway).toMatch(/^vis_/);
    expect(known.companyId).toMatch(/^com_/);
    const lists = [
      client.visitors.list(),
      client.mergeSuggestions.list(),
      client.ingestionIssues.list(),
      client.keys.list(),
      client.attributeKeys.list(),
      client.eventNames.list(),
      client.sessions.list('user:ann'),
      client.events.list('user:ann', { type: 'page' }),
      client.notes.list('user:ann'),
      client.merges.list('user:ann'),
      client.conversations.list({ status: 'closed' }),
      client.conversations.list({ unread: true }),
      client.visitors.conversations('user:ann'),
      client.conversations.messages(known.conversationId, { order: 'desc' }),
    ];
    for (const list of lists) expect((await all<unknown>(list)).length).toBeGreaterThan(0);
  });

  it.each(READS.map((row) => [row.what, row] as const))('%s is the same through every door', async (_what, row) => {
    if (!row.isList) {
      expect(await agreed(place, row, known, { limit: 1 })).toHaveProperty('data');
      return;
    }
    const ids: string[] = [];
    for (let cursor: unknown = ''; cursor !== undefined; ) {
      const stretch = { limit: 3, ...(cursor !== '' && { cursor: String(cursor) }) };
      const { data, meta } = await agreed(place, row, known, stretch);
      ids.push(...(data as readonly object[]).map((item) => JSON.stringify(item)));
      expect(meta.total).toBeGreaterThanOrEqual(ids.length);
      if (meta.nextCursor === undefined) expect(ids).toHaveLength(meta.total as number);
      cursor = meta.nextCursor;
    }
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(READS.filter(({ isList }) => isList).map((row) => [row.what, row] as const))(
    '%s is the same page by page as by cursor',
    async (_what, row) => {
      const { sdk } = row.ask(known, { limit: 100 });
      const [method = '', ...given] = sdk as readonly [string, ...object[]];
      const [noun = '', verb = ''] = method.split('.');
      const query = given.pop();
      const nouns = place.client as unknown as Readonly<Record<string, Readonly<Record<string, Lists>>>>;
      const listed = (parameters: object) => nouns[noun]?.[verb]?.(...given, { ...query, ...parameters }) as List;
      const whole = (await listed({}).page()).items;
      const pages = Math.ceil(whole.length / 3);
      for (let page = 1; page <= pages; page += 1) {
        const { items, meta } = await listed({ limit: 3, page }).page();
        expect(items).toEqual(whole.slice((page - 1) * 3, page * 3));
        expect(meta).toMatchObject({ page, totalPages: pages, total: whole.length });
      }
      expect(await all(listed({ limit: 4 }))).toEqual(whole);
    },
  );
});

type List = ReturnType<Place['client']['visitors']['list']>;
type Lists = (...given: object[]) => List;
