/** Whatever was written about somebody is in their export, and after their deletion nowhere, also when it is sent again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingestRoutes } from '../../src/contract/ingest-routes.ts';
import { restRoutes } from '../../src/contract/rest-routes.ts';
import { sql } from '../../src/infra/sql.ts';
import { openServer, type TestServer } from '../support/http.ts';
import { CANARY, HOLDING_NOTHING, Planting } from './planting.ts';

/** Every column of every table is searched, several times. */
const SLOW_MS = 120_000;

let server: TestServer;
let planting: Planting;
let id: string;

beforeAll(async () => {
  server = await openServer();
  const { secretKey = '', publishableKey = '' } = (await server.world.workspace()).keys;
  planting = new Planting(server, { secret: secretKey, publishable: publishableKey });
  id = await planting.plant();
}, SLOW_MS);
afterAll(() => server.close());

/** Every `table.column` that holds the text, in any form a column has, and how many rows there are in all. */
async function found(text: string): Promise<string[]> {
  const columns = await server.world.db.rows<{ place: string }>(sql`/* test.found */
    SELECT DISTINCT c.table_name || '.' || c.column_name AS place
    FROM information_schema.columns c
    JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
    WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
      AND (xpath('/table/row/hit/text()', query_to_xml(format(
        'SELECT count(*) AS hit FROM %I.%I WHERE %I::text ILIKE %L', c.table_schema, c.table_name, c.column_name,
        '%' || ${text}::text || '%'), false, false, '')))[1]::text::int > 0
    ORDER BY 1`);
  return columns.map(({ place }) => place);
}

async function rowsOfPeople(): Promise<number> {
  const [row] = await server.world.db.rows<{ rows: number }>(sql`/* test.rows */
    SELECT ((SELECT count(*) FROM record) + (SELECT count(*) FROM identifier) + (SELECT count(*) FROM event)
      + (SELECT count(*) FROM page_view) + (SELECT count(*) FROM session) + (SELECT count(*) FROM profile)
      + (SELECT count(*) FROM conversation) + (SELECT count(*) FROM message))::int AS rows`);
  return row?.rows ?? -1;
}

describe('what was written about a person', () => {
  it('came through every route that writes', () => {
    const routes = { ...restRoutes, ...ingestRoutes };
    const writing = Object.entries(routes).flatMap(([name, { method }]) => (method === 'GET' ? [] : [name]));
    expect(writing.filter((name) => !planting.routes.has(name) && !HOLDING_NOTHING.has(name))).toEqual([]);
  });

  it('is found before, in tables of every kind', async () => {
    const places = await found(CANARY);
    expect(places).toEqual(
      expect.arrayContaining(['event.properties', 'identifier.value', 'message.body', 'note.body', 'idempotency.body']),
    );
  }, 60_000);

  it('is all in their export', async () => {
    const { status, body } = await server.call(planting.keys.secret, 'GET', `/visitors/${id}/export`);
    expect(status).toBe(200);
    const text = JSON.stringify(body.data).toLowerCase();
    expect(planting.kept.filter((each) => !text.includes(each.toLowerCase()))).toEqual([]);
  });

  it(
    'is nowhere after their deletion: in no table, no answer that is kept, no log',
    async () => {
      const { status, body } = await server.call(planting.keys.secret, 'DELETE', `/visitors/${id}`);
      expect([status, body.data.receipt.counts.messages > 0]).toEqual([200, true]);
      expect(await found(CANARY)).toEqual([]);
      expect(await found('203.0.113.77')).toEqual([]);
      expect(server.logged.filter((line) => line.toLowerCase().includes(CANARY))).toEqual([]);
    },
    SLOW_MS,
  );

  it(
    'is not stored again when it is sent again',
    async () => {
      const before = await rowsOfPeople();
      const statuses: unknown[] = [];
      for (const sent of planting.captured) {
        const { body } = await planting.send(sent);
        const answer = body.data ?? body;
        const results = answer.results ?? [answer.trackEvent ?? answer.result ?? answer];
        statuses.push(...results.map((each: { status: string; code?: string }) => each.status));
      }
      const stored = statuses.filter((status) => status !== 'suppressed' && status !== 'rejected');
      expect([statuses.length > 10, stored, await rowsOfPeople()]).toEqual([true, [], before]);
      expect(await found(CANARY)).toEqual([]);
    },
    SLOW_MS,
  );
});
