/** Poison in a batch harms none of its neighbours, and poison for a body harms nobody else's. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BatchReply } from '../../src/contract/ingest.ts';
import type { IngestionIssue } from '../../src/contract/ingestion-issue.ts';
import type { Visitor } from '../../src/contract/visitor.ts';
import { MAX_BATCH_ITEMS, MAX_BODY_BYTES, MAX_BODY_DEPTH, MAX_ITEM_DEPTH } from '../../src/limits.ts';
import { Client } from '../support/client.ts';
import { KEYS, openPlace, type Place, type RunningServer, START_MS, startServer } from '../support/server-process.ts';
import { CANARY, MENDED, REFUSED } from './poison-kinds.ts';

const BATCH = 100;
/** Every kind in every position takes minutes; else each kind is tried in some, and each position by some. */
const isThorough = Boolean(process.env.POISON_ALL);
const THOROUGH_MS = 600_000;

let place: Place;
let server: RunningServer;
let client: Client;
let sentNeighbours = 0;

beforeAll(async () => {
  place = await openPlace();
  server = await startServer(place);
  client = new Client(server.origin, KEYS.secretKey);
}, START_MS);

afterAll(async () => {
  await server.stop();
  await place.drop();
});

describe('a batch of 100 with one poisonous item', { timeout: isThorough ? THOROUGH_MS : START_MS }, () => {
  it.each(MENDED.map((poison, i) => ({ ...poison, positions: positions(i) })))(
    'is accepted whole when it is $kind, which is mended',
    async ({ item, warning, positions }) => {
      const before = await countIssues();
      for (const position of positions) {
        const results = await send(item, position);
        expect(results.map(({ status }) => status)).toEqual(Array(BATCH).fill('accepted'));
        expect(results.flatMap(({ index, warnings }) => (warnings ? [{ index, warnings }] : []))).toEqual([
          { index: position, warnings: [warning] },
        ]);
      }
      expect(await countIssues()).toBe(before);
    },
  );

  it.each(REFUSED.map((poison, i) => ({ ...poison, positions: positions(MENDED.length + i) })))(
    'loses that one alone when it is $kind',
    async ({ item, code, pointer, limit, positions }) => {
      const before = await countIssues();
      for (const position of positions) {
        const results = await send(item, position);
        const others = results.filter(({ index }) => index !== position);
        expect(others.map(({ status }) => status)).toEqual(Array(BATCH - 1).fill('accepted'));
        expect(results[position]).toMatchObject({ status: 'rejected', code, pointer });
        expect(results[position]?.limit).toBe(limit);
        expect(results[position]?.detail).not.toContain(CANARY);
      }
      const { data, meta } = await client.get<IngestionIssue[]>(`/ingestion-issues?limit=${positions.length}`);
      expect(meta.total).toBe(before + positions.length);
      for (const issue of data) expect(issue).toMatchObject({ code, pointer });
    },
  );

  it('is tried in every position', () => {
    const tried = [...MENDED, ...REFUSED].flatMap((_, i) => positions(i));
    expect(new Set(tried).size).toBe(BATCH);
  });

  it('leaves every neighbour stored, and no value of the poison among the issues', async () => {
    const neighbour = await client.get<Visitor>('/visitors/user:neighbour');
    expect(neighbour.data.eventCount).toBe(sentNeighbours);
    const issues = await client.all<IngestionIssue>('/ingestion-issues');
    expect(issues.length).toBeGreaterThan(0);
    expect(JSON.stringify(issues)).not.toContain(CANARY);
  });
});

describe('a poisonous body', () => {
  const brackets = '['.repeat(100_000) + ']'.repeat(100_000);
  const tooLarge = JSON.stringify({ items: [], padding: 'x'.repeat(3 * 1024 * 1024) });
  const bomb = new Uint8Array(gzipSync(Buffer.alloc(100 * 1024 * 1024)));
  const notUtf8 = new Uint8Array([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d]);
  const tooMany = JSON.stringify({ items: Array(MAX_BATCH_ITEMS + 1).fill({}) });
  const deepItem = `{"userId":"poisoner","name":"poison","properties":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`;
  const gzip = { 'content-encoding': 'gzip' };

  it.each<{
    what: string;
    to: string;
    body: string | Uint8Array<ArrayBuffer>;
    headers?: Record<string, string>;
    refusal: [status: number, code: string, pointer?: string];
    limit?: number;
  }>([
    { what: '100,000 levels', to: '/batch', body: brackets, refusal: [422, 'invalid', '/items'] },
    { what: '100,000 levels', to: '/events', body: brackets, refusal: [422, 'wrong_type', ''] },
    {
      what: 'an item of 100,000 levels',
      to: '/events',
      body: deepItem,
      refusal: [422, 'too_deep', `/properties${'/a'.repeat(MAX_ITEM_DEPTH)}`],
      limit: MAX_ITEM_DEPTH,
    },
    {
      what: '100,000 levels',
      to: '/visitors/merge',
      body: brackets,
      refusal: [422, 'too_deep', ''],
      limit: MAX_BODY_DEPTH,
    },
    { what: '3 MB', to: '/batch', body: tooLarge, refusal: [413, 'too_large'], limit: MAX_BODY_BYTES },
    { what: '3 MB', to: '/visitors/merge', body: tooLarge, refusal: [413, 'too_large'], limit: MAX_BODY_BYTES },
    {
      what: 'a gzip bomb',
      to: '/batch',
      body: bomb,
      headers: gzip,
      refusal: [413, 'too_large'],
      limit: MAX_BODY_BYTES,
    },
    {
      what: 'no gzip, though it says so',
      to: '/batch',
      body: '{"items":[]}',
      headers: gzip,
      refusal: [400, 'not_json'],
    },
    {
      what: 'an unknown encoding',
      to: '/batch',
      body: '{}',
      headers: { 'content-encoding': 'lzma' },
      refusal: [415, 'unsupported_encoding'],
    },
    { what: 'no UTF-8', to: '/batch', body: notUtf8, refusal: [400, 'not_json'] },
    { what: 'half a JSON text', to: '/batch', body: '{"items":[{"type":"tra', refusal: [400, 'not_json'] },
    { what: 'nothing', to: '/batch', body: '', refusal: [400, 'not_json'] },
    {
      what: 'a list instead of an object',
      to: '/batch',
      body: '[{"type":"track"}]',
      refusal: [422, 'invalid', '/items'],
    },
    {
      what: 'a list instead of an object',
      to: '/events',
      body: '[{"type":"track"}]',
      refusal: [422, 'wrong_type', ''],
    },
    { what: 'null', to: '/batch', body: 'null', refusal: [422, 'invalid', '/items'] },
    {
      what: '501 items',
      to: '/batch',
      body: tooMany,
      refusal: [413, 'too_many_items', '/items'],
      limit: MAX_BATCH_ITEMS,
    },
  ])('of $what to $to is refused with $refusal', async ({ to, body, headers, refusal, limit }) => {
    const { status, problem } = await client.send('POST', to, body, headers);
    const [, , pointer] = refusal;
    expect([status, problem.code, problem.errors[0]?.pointer]).toEqual([refusal[0], refusal[1], pointer]);
    expect(problem.limit).toBe(limit);
  });

  it('leaves the server as it was', async () => {
    expect((await fetch(`${server.origin}/livez`)).status).toBe(200);
    const answer = await client.post('/events', { userId: 'survivor', name: 'still_here' });
    expect(answer.data).toMatchObject({ status: 'accepted' });
    expect(server.output()).not.toMatch(/"level":(50|60)/);
  });
});

/** Where the `i`-th kind is tried: everywhere, or at both ends and in its share of the places between. */
function positions(i: number): number[] {
  const kinds = MENDED.length + REFUSED.length;
  const places = Array.from({ length: BATCH }, (_, position) => position);
  return isThorough ? places : places.filter((place) => place === 0 || place === BATCH - 1 || place % kinds === i);
}

/** One batch with the poison in its place. */
async function send(item: string, position: number): Promise<BatchReply['results']> {
  const items = Array.from({ length: BATCH }, (_, i) =>
    i === position ? item : '{"type":"track","userId":"neighbour","name":"lived_on"}',
  );
  const { status, data } = await client.send<BatchReply>('POST', '/batch', `{"items":[${items.join()}]}`);
  expect(status).toBe(200);
  expect(data.results.map(({ index }) => index)).toEqual(items.map((_, i) => i));
  sentNeighbours += BATCH - 1;
  return data.results;
}

async function countIssues(): Promise<number> {
  return (await client.get<IngestionIssue[]>('/ingestion-issues?limit=1')).meta.total;
}
