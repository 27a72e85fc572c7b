/** An export is read as fast as it is taken, in pages that lose and double nothing, and ends early rather than wrongly. */
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../src/infra/database.ts';
import { compile, type Fragment, sql } from '../../src/infra/sql.ts';
import { EXPORT_PAGE_ROWS } from '../../src/limits.ts';
import { openServer, type TestServer } from '../support/http.ts';
import { parsed, type Somebody, somebody } from './somebody.ts';
import { unzipped } from './zip.ts';

/** More than all buffers on the way to a client hold together, compressed too. */
const MANY = 16 * EXPORT_PAGE_ROWS;
const PADDING = 8000;

let server: TestServer;
let url: string;
/** Statements of exports since the test began. */
let asked: Fragment[] = [];
/** Is done before a statement of this name is carried out. */
let before: { name: string; after: number; work: () => Promise<unknown> } | null = null;

beforeAll(async () => {
  server = await openServer({}, watched);
  url = await server.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => server.close());
beforeEach(() => {
  asked = [];
  before = null;
});

function watched(db: Database): Database {
  return {
    ...db,
    async rows<Row>(statement: Fragment) {
      const { name } = compile(statement);
      if (name.startsWith('export.')) asked.push(statement);
      if (before?.name === name && before.after-- === 0) await before.work();
      return db.rows<Row>(statement);
    },
  };
}

const count = (name: string) => asked.filter((statement) => compile(statement).name === name).length;
const asking = ({ key }: Somebody) => ({ headers: { 'x-api-key': key } });
const exportOf = (person: Somebody, format = 'json') =>
  fetch(`${url}/api/support/visitors/${person.id}/export?format=${format}`, asking(person));

describe('the pages of an export', () => {
  it.each([EXPORT_PAGE_ROWS - 1, EXPORT_PAGE_ROWS, EXPORT_PAGE_ROWS + 1])(
    'lose and double none of %i events',
    async (events) => {
      const person = await somebody(server, events - 2);
      const { data } = (await (await exportOf(person)).json()) as { data: { events: { id: string }[] } };
      expect(new Set(data.events.map(({ id }) => id)).size).toBe(events);
      expect(data.events).toHaveLength(events);
    },
  );

  it('put the events of several records into one order, also those of one moment', async () => {
    const person = await somebody(server);
    const items = Array.from({ length: 2 * EXPORT_PAGE_ROWS }, (_, i) => ({
      type: 'track',
      ...(i % 2 === 0 ? { anonymousId: 'another-browser' } : { visitorId: person.id }),
      name: 'clicked',
      // Each moment has several, of both records.
      timestamp: new Date(Date.parse('2026-01-10') + 1000 * Math.floor(i / 7)).toISOString(),
    }));
    for (let at = 0; at < items.length; at += 400) {
      await server.call(person.key, 'POST', '/batch', { items: items.slice(at, at + 400) });
    }
    const { events } = parsed(await (await exportOf(person)).text());
    const list = await all(person);
    expect(events.map(({ id }) => id)).toEqual(list);
    expect(events).toHaveLength(items.length + 2);
  });

  it('are read by index, whatever they are pages of', async () => {
    const person = await somebody(server, EXPORT_PAGE_ROWS + 1);
    await (await exportOf(person)).text();
    const names = new Set(asked.map((statement) => compile(statement).name));
    expect(names.size).toBeGreaterThan(20);
    for (const statement of asked) {
      const { name } = compile(statement);
      const plan = await planOf(statement);
      // A subselect of rows that were found, a list of ids: what is scanned whole is never a table.
      expect(plan.match(/Seq Scan on (?!r\b)\w+/)?.[0], `${name}\n${plan}`).toBeUndefined();
    }
  });
});

/** Thousands of wide events are written first. */
const SLOW_MS = 120_000;

describe('a reader who stops', () => {
  it.each(['json', 'csv'])(
    'is not read ahead for (%s)',
    async (format) => {
      const person = await somebody(server, MANY, PADDING);
      const { port } = new URL(url);
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(
        `GET /api/support/visitors/${person.id}/export?format=${format} HTTP/1.1\r\nHost: x\r\nX-API-Key: ${person.key}\r\nConnection: close\r\n\r\n`,
      );
      await new Promise((resolve) => socket.once('readable', resolve));
      // Nothing is taken from now on. A server that reads on would be done long before it stands still.
      const stoodAt = await standstill(() => count('export.events'));
      const whole = Math.ceil((MANY + 2) / EXPORT_PAGE_ROWS);
      expect(stoodAt).toBeLessThan(whole);
      const received = await takeAll(socket);
      expect(count('export.events')).toBeGreaterThanOrEqual(whole);
      expect(received.length).toBeGreaterThan((MANY * PADDING) / 2);
    },
    SLOW_MS,
  );

  it('and leaves ends the reading, too', async () => {
    const person = await somebody(server, MANY, PADDING);
    const ends = new AbortController();
    const { port } = new URL(url);
    const address = `http://127.0.0.1:${port}/api/support/visitors/${person.id}/export`;
    const answer = await fetch(address, { ...asking(person), signal: ends.signal });
    await answer.body?.getReader().read();
    ends.abort();
    const stoodAt = await standstill(() => asked.length);
    expect(count('export.exports')).toBe(0);
    expect(stoodAt).toBe(asked.length);
  });
});

describe('a person who goes while they are exported', () => {
  it.each([
    ['DELETE', 'json'],
    ['DELETE', 'csv'],
    ['anonymize', 'json'],
    ['anonymize', 'csv'],
  ] as const)('(%s, %s) leaves a file that is cut off', async (how, format) => {
    const person = await somebody(server, 3 * EXPORT_PAGE_ROWS);
    before = { name: 'export.events', after: 2, work: () => take(person, how) };
    const { error, bytes } = await taken(await exportOf(person, format));
    expect(error).toBeInstanceOf(Error);
    if (format === 'json') expect(() => JSON.parse(bytes.toString())).toThrow();
    else await expect(unzipped(bytes)).rejects.toThrow();
    const cut = server.logged.filter((line) => line.includes('cut off'));
    expect(cut.length).toBeGreaterThan(0);
    expect(cut.join()).not.toContain('canary');
  });

  it('after the last page is not taken for one who stayed', async () => {
    const person = await somebody(server);
    before = { name: 'export.exports', after: 0, work: () => take(person, 'DELETE') };
    const { error, bytes } = await taken(await exportOf(person));
    expect(error).toBeInstanceOf(Error);
    expect(() => JSON.parse(bytes.toString())).toThrow();
  });

  it('before it began is not there', async () => {
    const person = await somebody(server);
    await take(person, 'DELETE');
    expect((await exportOf(person)).status).toBe(404);
  });

  it('who was anonymized before is exported as they are now', async () => {
    const person = await somebody(server);
    await take(person, 'anonymize');
    expect(parsed(await (await exportOf(person)).text()).visitor.id).toBe(person.id);
  });
});

/** Takes the hold off them first, which would forbid it. */
async function take(person: Somebody, how: 'DELETE' | 'anonymize'): Promise<void> {
  const path = `/visitors/${person.id}`;
  await server.call(person.key, 'PUT', `${path}/hold`, { hold: false });
  const [method, to] = how === 'DELETE' ? (['DELETE', path] as const) : (['POST', `${path}/anonymize`] as const);
  const { status, body } = await server.call(person.key, method, to);
  if (status >= 300) throw new Error(JSON.stringify(body));
}

/** Ids of all events in the order of the list. */
async function all({ key, id }: Somebody): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const at: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const { body } = await server.call(key, 'GET', `/visitors/${id}/events?limit=100${at}`);
    ids.push(...body.data.map((event: { id: string }) => event.id));
    cursor = body.meta.nextCursor;
  }
  return ids;
}

async function taken(answer: Response): Promise<{ error: unknown; bytes: Buffer }> {
  const pieces: Uint8Array[] = [];
  const reader = answer.body?.getReader();
  try {
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) pieces.push(read.value);
    return { error: null, bytes: Buffer.concat(pieces) };
  } catch (error) {
    return { error, bytes: Buffer.concat(pieces) };
  }
}

function takeAll(socket: Socket): Promise<Buffer> {
  const pieces: Buffer[] = [];
  return new Promise((resolve, reject) => {
    socket.on('data', (piece: Buffer) => pieces.push(piece));
    socket.on('end', () => resolve(Buffer.concat(pieces)));
    socket.on('error', reject);
  });
}

/** What a figure is once it has stopped growing. */
async function standstill(figure: () => number): Promise<number> {
  let [last, same] = [-1, 0];
  await vi.waitUntil(
    () => {
      same = figure() === last ? same + 1 : 0;
      last = figure();
      return same >= 10;
    },
    { timeout: 30_000, interval: 50 },
  );
  return last;
}

/** With tables as small as these a plan would scan them; forbidden to, it shows whether there is an index to go by. */
async function planOf(statement: Fragment): Promise<string> {
  const lines = await server.world.db.transaction(async (tx) => {
    await tx.run(sql`/* test.plan */ SET LOCAL enable_seqscan = off`);
    const { strings, values } = statement;
    const [first = '', ...rest] = strings;
    const text = [first.replace(/^\s*(\/\*.*?\*\/)?/, '/* test.explain */ EXPLAIN '), ...rest];
    return tx.rows<{ 'QUERY PLAN': string }>(sql(Object.assign(text, { raw: text }), ...values));
  });
  return lines.map((line) => line['QUERY PLAN']).join('\n');
}
