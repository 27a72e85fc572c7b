/** An export holds everything that is stored about a person, and nothing about anybody else. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { visitorExport } from '../../src/contract/export.ts';
import { sql } from '../../src/infra/sql.ts';
import { cellOf, EXPORT_LISTS, EXPORT_TABLES } from '../../src/services/export-kinds.ts';
import { columnClasses, privacyTables } from '../../src/services/privacy-map.ts';
import { keyWith, openServer, type TestServer } from '../support/http.ts';
import { canary, parsed, type Somebody, somebody } from './somebody.ts';
import { rawCells, rowsOf, unzipped } from './zip.ts';

let server: TestServer;
let person: Somebody;

beforeAll(async () => {
  server = await openServer();
  person = await somebody(server);
});
afterAll(() => server.close());

const download = (path: string, key = person.key) =>
  server.app.inject({ url: `/api/support/visitors/${path}`, headers: { 'x-api-key': key } });

describe('an export', () => {
  it('is JSON of the documented shape', async () => {
    const { statusCode, body } = await download(`${person.id}/export`);
    expect(statusCode).toBe(200);
    const data = parsed(body);
    expect(visitorExport.safeParse(data).error).toBeUndefined();
    expect(Object.keys(data)).toEqual(['visitor', ...Object.keys(EXPORT_LISTS)]);
    const empty = Object.entries(data).filter(([, list]) => Array.isArray(list) && list.length === 0);
    expect(empty.map(([name]) => name)).toEqual(['segments', 'suggestions']);
  });

  it.each(['json', 'csv'] as const)('as %s holds every value that a column of the person holds', async (format) => {
    const { rawPayload } = await download(`${person.id}/export?format=${format}`);
    const text = format === 'json' ? rawPayload.toString() : [...(await unzipped(rawPayload)).values()].join('\n');
    const stored = await storedCanaries();
    expect(stored.size).toBeGreaterThan(25);
    for (const [column, found] of stored) {
      for (const value of found) expect(text, `${column} holds ${value}`).toContain(value);
    }
  });

  it('holds values that others stand before, and what a merge decided', async () => {
    const { values, edits } = parsed((await download(`${person.id}/export`)).body);
    const names = values.filter(({ field }) => field === 'name');
    expect(names.map(({ value }) => value).sort()).toEqual([canary('name'), canary('oldname')]);
    const decided = values.find(({ mergeId, value }) => mergeId !== null && value === canary('override'));
    expect(decided).toMatchObject({ field: 'attributes.mergedTo', identifier: null });
    const received = values.find(({ value }) => value === canary('attribute'));
    expect(received?.identifier).toEqual({ kind: 'userId', value: canary('user') });
    expect(edits.map(({ value }) => value)).toEqual(expect.arrayContaining([canary('name'), canary('edit')]));
  });

  it('has the messages of a conversation in it, and what a session came with', async () => {
    const { conversations, sessions } = parsed((await download(`${person.id}/export`)).body);
    expect(conversations).toMatchObject([{ subject: canary('subject'), visitorId: person.id, messageCount: 2 }]);
    expect(conversations[0]?.messages.map(({ author }) => author.kind)).toEqual(['visitor', 'agent']);
    expect(sessions).toMatchObject([{ clientId: canary('session'), utm: { source: canary('utm') } }]);
  });

  it('of nobody else holds any of it', async () => {
    await server.call(person.key, 'POST', '/visitors/identify', { userId: 'neighbour', traits: { name: 'Neighbour' } });
    const { body } = await download('user:neighbour/export');
    expect(body).toContain('Neighbour');
    expect(body).not.toMatch(/canary/);
  });
});

describe('the tables', () => {
  it('say the same as the JSON, and the manifest counts and seals them', async () => {
    const data = parsed((await download(`${person.id}/export`)).body);
    const files = await unzipped((await download(`${person.id}/export?format=csv`)).rawPayload);
    const manifest = JSON.parse(String(files.get('manifest.json')));
    expect(manifest).toMatchObject({ version: 1, visitorId: person.id, exportedAt: '2026-01-15T10:00:00.000Z' });
    expect([...files.keys()]).toEqual([...EXPORT_TABLES.map(({ name }) => `${name}.csv`), 'manifest.json']);
    const things: Record<string, readonly object[]> = {
      ...(data as unknown as Record<string, object[]>),
      visitor: [data.visitor],
      messages: data.conversations.flatMap(({ messages }) => messages),
    };
    for (const { name, columns } of EXPORT_TABLES) {
      const content = files.get(`${name}.csv`) ?? Buffer.of();
      const wanted = (things[name] ?? []).map((thing) =>
        Object.fromEntries(columns.map((column) => [column.path, textOf(cellOf(column, thing))])),
      );
      const rows = rowsOf(content);
      // An export notes itself, and the zip is one more than the JSON knew of.
      expect(name === 'exports' ? rows.slice(1) : rows, name).toEqual(wanted);
      const entry = manifest.files.find(({ file }: { file: string }) => file === `${name}.csv`);
      const sha256 = createHash('sha256').update(content).digest('hex');
      expect(entry).toEqual({ file: `${name}.csv`, kind: name, rows: rows.length, bytes: content.length, sha256 });
    }
  });

  it('have a column for every member of the JSON', async () => {
    const data = parsed((await download(`${person.id}/export`)).body) as unknown as Record<string, object[]>;
    for (const { name, columns } of EXPORT_TABLES) {
      if (name === 'messages') continue;
      const paths = new Set(
        [data[name] ?? []].flat().flatMap((thing) =>
          leavesOf(
            thing,
            columns.filter((c) => c.isJson).map((c) => c.path),
          ),
        ),
      );
      paths.delete('messages');
      expect(
        [...paths].filter(
          (path) => !columns.some((column) => column.path === path || column.path.startsWith(`${path}.`)),
        ),
        name,
      ).toEqual([]);
    }
  });

  it('hold no formula, whatever was sent', async () => {
    const traits = { name: '=cmd|calc', email: '+1@example.com', phone: '-1', plan: '@SUM(1)' };
    await server.call(person.key, 'POST', '/visitors/identify', { userId: '=user', traits });
    await server.call(person.key, 'POST', '/events', {
      userId: '=user',
      name: '＝event',
      properties: { '=key': '=1' },
    });
    const files = await unzipped((await download('user:%3Duser/export?format=csv')).rawPayload);
    const tables = [...files].filter(([name]) => name.endsWith('.csv'));
    const cells = tables.flatMap(([, content]) => rawCells(content).flat());
    expect(cells.filter((cell) => /^[=+\-@\t\r\n＝＋－＠]/.test(cell ?? ''))).toEqual([]);
    expect(rowsOf(files.get('visitor.csv') ?? '')[0]).toMatchObject({
      name: '=cmd|calc',
      phone: '-1',
      userId: '=user',
    });
  });
});

describe('the answer', () => {
  it.each([
    ['json', 'json', 'application/json; charset=utf-8'],
    ['csv', 'zip', 'application/zip'],
  ])('as %s is a file to be saved under an id, and kept by no cache', async (format, ending, type) => {
    const { headers } = await download(`${person.id}/export?format=${format}`);
    expect(headers).toMatchObject({
      'content-type': type,
      'content-disposition': `attachment; filename="visitor-${person.id}.${ending}"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  it('to an id that was merged away is about whom it leads to, and says so', async () => {
    const { headers, body } = await download(`${person.mergedAway}/export`);
    expect(headers.link).toBe(`</api/support/visitors/${person.id}/export>; rel="canonical"`);
    expect(JSON.parse(body)).toMatchObject({
      data: { visitor: { id: person.id } },
      meta: { redirectedFrom: person.mergedAway },
    });
  });

  it('to HEAD is that there is only GET: nothing is exported for it', async () => {
    const url = `/api/support/visitors/${person.id}/export`;
    const { statusCode, headers } = await server.app.inject({
      method: 'HEAD',
      url,
      headers: { 'x-api-key': person.key },
    });
    expect([statusCode, headers.allow]).toEqual([405, 'GET']);
  });

  it('to another format is a refusal', async () => {
    const { statusCode, body } = await download(`${person.id}/export?format=xml`);
    expect([statusCode, JSON.parse(body).errors[0].pointer]).toEqual([422, '/format']);
  });

  it('to another workspace is that there is nobody', async () => {
    const stranger = (await server.world.workspace()).keys.secretKey;
    expect((await download(`${person.id}/export`, stranger)).statusCode).toBe(404);
  });

  it('is noted with who, when and as what; not when it was refused', async () => {
    await server.call(person.key, 'POST', '/visitors/identify', { userId: 'noted' });
    const reader = await keyWith(server.world, person.workspace, ['visitors:read']);
    expect((await download('user:noted/export', reader)).statusCode).toBe(403);
    const { exports } = parsed((await download('user:noted/export?format=json')).body);
    expect(exports).toEqual([
      {
        format: 'json',
        createdAt: '2026-01-15T10:00:00.000Z',
        by: expect.objectContaining({ name: 'First secret key' }),
      },
    ]);
  });
});

const PERSONAL = new Set(['value', 'reduced', 'identifier', 'text', 'vocabulary']);
/** How the rows of the workspace's only other people are told apart is not asked: they hold no canary. */
const REACHED = new Set(['record', 'profile', 'record_id', 'conversation_id', 'ends']);
/** Columns that hold what somebody chose from a list, or a hash: nothing can be planted in them. */
const UNPLANTABLE = new Set([
  'event.name',
  'merge.plan_hash',
  'profile.browser',
  'profile.os',
  'profile.device',
  'profile.location',
  'profile.company_id',
  'visitor_edit.field',
]);

/** Canaries by the column they are found in; every personal column has to hold one. */
async function storedCanaries(): Promise<Map<string, string[]>> {
  const { db, caller } = person.workspace;
  const found = new Map<string, string[]>();
  for (const { table, reach } of privacyTables()) {
    if (!REACHED.has(reach)) continue;
    const rows = await db.rows<{ row: Record<string, unknown> }>(
      sql`/* test.rows */ ${statement(`SELECT to_jsonb(t) AS row FROM ${table} t WHERE workspace_id =`)} ${caller.workspaceId}::uuid`,
    );
    for (const [column, kind] of columnClasses(table)) {
      if (!PERSONAL.has(kind)) continue;
      const text = rows.map(({ row }) => JSON.stringify(row[column])).join('\n');
      const canaries = [...new Set(text.match(/canary[a-z]+x/g))];
      const name = `${table}.${column}`;
      if (!UNPLANTABLE.has(name)) expect(canaries, name).not.toEqual([]);
      found.set(name, canaries);
    }
  }
  return found;
}

/** Text of a test's own as a fragment: names of tables cannot be parameters. */
function statement(text: string) {
  return sql(Object.assign([text], { raw: [text] }));
}

function textOf(cell: ReturnType<typeof cellOf>): string | null {
  return cell === null ? null : String(cell);
}

function leavesOf(thing: unknown, whole: readonly string[], path = ''): string[] {
  if (typeof thing !== 'object' || thing === null || Array.isArray(thing) || whole.includes(path)) return [path];
  return Object.entries(thing).flatMap(([name, value]) =>
    leavesOf(value, whole, path === '' ? name : `${path}.${name}`),
  );
}
