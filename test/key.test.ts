/** Keys over their life: made, used, rotated, ended. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { keyBody } from '../src/contract/key.ts';
import { sql } from '../src/infra/sql.ts';
import { KEY_CACHE_MS, KEY_USE_GRAIN_MS } from '../src/limits.ts';
import { createKey, listKeys, revokeKey, rotateKey } from '../src/services/key.ts';
import { findKey } from '../src/services/key-ring.ts';
import { hashOfKey } from '../src/services/key-text.ts';
import { openServer, type TestServer } from './support/http.ts';
import type { TestClock } from './support/world.ts';

let server: TestServer;
let clock: TestClock;
let admin: string;

beforeAll(async () => {
  server = await openServer();
  clock = server.world.clock;
  admin = (await server.world.workspace()).keys.secretKey as string;
});
afterAll(() => server.close());

const reads = { kind: 'secret', name: 'Reads', scopes: ['visitors:read'] };
const make = async (body: unknown = reads) => (await server.call(admin, 'POST', '/keys', body)).body.data;
const works = async (key: string) => (await server.call(key, 'GET', '/visitors')).status === 200;

describe('a key', () => {
  it('is shown when it is made, and never again', async () => {
    const answer = await server.call(admin, 'POST', '/keys', reads);
    const { key, id } = answer.body.data;
    expect([answer.status, answer.headers.location]).toEqual([201, `/api/support/keys/${id}`]);
    expect(key).toMatch(/^sk_[0-9a-f]{48}$/);
    const list = await server.call(admin, 'GET', '/keys?limit=100');
    const listed = list.body.data.find((each: { id: string }) => each.id === id);
    expect(listed).toMatchObject({ name: 'Reads', hint: key.slice(-4), scopes: ['visitors:read'], lastUsedAt: null });
    expect(JSON.stringify(list.body)).not.toContain(key.slice(3));
  });

  it('is kept as its SHA-256 and nothing else', async () => {
    const { key } = await make();
    const rows = await server.world.db.rows<{ row: string; hash: Uint8Array }>(sql`/* test.keys */
      SELECT k::text AS row, hash FROM api_key k`);
    expect(rows.some(({ hash }) => hashOfKey(key).equals(hash))).toBe(true);
    expect(JSON.stringify(rows.map(({ row }) => row))).not.toContain(key.slice(3));
  });

  it('remembers who made it', async () => {
    const { createdBy } = await make();
    expect(createdBy).toEqual({ keyId: expect.stringMatching(/^key_/), name: 'First secret key' });
  });

  it.each([
    [{ kind: 'secret', name: 'x' }, '/scopes'],
    [{ kind: 'secret', name: 'x', scopes: [] }, '/scopes'],
    [{ kind: 'secret', name: 'x', scopes: ['everything'] }, '/scopes/0'],
    [{ kind: 'secret', name: 'x', scopes: ['admin'], origins: [] }, '/origins'],
    [{ kind: 'publishable', name: 'x', scopes: ['admin'] }, '/scopes'],
    [{ kind: 'publishable', name: 'x', origins: ['https://a.example/path'] }, '/origins/0'],
    [{ kind: 'publishable', name: 'x', origins: ['*'] }, '/origins/0'],
    [{ kind: 'publishable' }, '/name'],
    [{ kind: 'master', name: 'x' }, '/kind'],
  ])('cannot be made of %j', async (body, pointer) => {
    const answer = await server.call(admin, 'POST', '/keys', body);
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, pointer]);
  });

  it.each(['https://www.example.com', 'http://localhost:3000', 'capacitor://localhost'])(
    'may be bound to the origin %s only as a browser writes it',
    (origin) => {
      const accepts = (value: string) =>
        keyBody.safeParse({ kind: 'publishable', name: 'x', origins: [value] }).success;
      expect([accepts(origin), accepts(`${origin}/`)]).toEqual([origin.startsWith('http'), false]);
    },
  );

  it('notes its last use, once a minute at the most', async () => {
    const { id, key } = await make();
    const lastUse = async () => {
      const rows = await server.world.db.rows<{ at: Date | null }>(sql`/* test.last_use */
        SELECT last_used_at AS at FROM api_key WHERE hash = ${hashOfKey(key)}::bytea`);
      return rows[0]?.at?.getTime() ?? null;
    };
    const first = clock.now().getTime();
    await works(key);
    await vi.waitFor(async () => expect(await lastUse()).toBe(first), id);
    clock.advance(KEY_USE_GRAIN_MS - 1);
    await works(key);
    expect(await lastUse()).toBe(first);
    clock.advance(KEY_CACHE_MS);
    const later = clock.now().getTime();
    await works(key);
    await vi.waitFor(async () => expect(await lastUse()).toBe(later));
  });
});

describe('rotating', () => {
  it('leaves both keys working until the overlap ends, then only the new one', async () => {
    const old = await make();
    const answer = await server.call(admin, 'POST', `/keys/${old.id}/rotate`, { overlapSeconds: 60 });
    const fresh = answer.body.data;
    expect([answer.status, fresh.scopes, fresh.name]).toEqual([201, old.scopes, old.name]);
    clock.advance(60_000 - 1);
    expect([await works(old.key), await works(fresh.key)]).toEqual([true, true]);
    clock.advance(1);
    expect([await works(old.key), await works(fresh.key)]).toEqual([false, true]);
  });

  it('again never makes the old key live longer', async () => {
    const old = await make();
    await server.call(admin, 'POST', `/keys/${old.id}/rotate`, { overlapSeconds: 60 });
    await server.call(admin, 'POST', `/keys/${old.id}/rotate`, { overlapSeconds: 3600 });
    clock.advance(60_000);
    expect(await works(old.key)).toBe(false);
  });

  it('a key that has ended is refused', async () => {
    const old = await make();
    await server.call(admin, 'DELETE', `/keys/${old.id}`);
    const { status, body } = await server.call(admin, 'POST', `/keys/${old.id}/rotate`);
    expect([status, body.code]).toEqual([409, 'key_revoked']);
  });
});

describe('rotating a key that is revoked at that moment', () => {
  it('is refused, and makes no key', async () => {
    const ctx = await server.world.workspace();
    const old = await createKey(ctx, keyBody.parse(reads));
    const transaction: typeof ctx.db.transaction = async (work) => {
      await revokeKey(ctx, old.id);
      return ctx.db.transaction(work);
    };
    const rotating = rotateKey({ ...ctx, db: { ...ctx.db, transaction } }, old.id, { overlapSeconds: 60 });
    await expect(rotating).rejects.toMatchObject({ code: 'key_revoked' });
    const { items } = await listKeys(ctx, { limit: 100 });
    expect(items.filter(({ name }) => name === old.name)).toHaveLength(1);
  });
});

describe('revoking', () => {
  it('ends a key at once, though it was used a moment ago, and may be repeated', async () => {
    const { id, key } = await make();
    expect(await works(key)).toBe(true);
    expect((await server.call(admin, 'DELETE', `/keys/${id}`)).status).toBe(204);
    expect(await works(key)).toBe(false);
    expect((await server.call(admin, 'DELETE', `/keys/${id}`)).status).toBe(204);
  });

  it('shows in another process when its memory of the key ends, not before', async () => {
    const { id, key } = await make();
    // Another object for the same database: what one remembers is unknown to the other, as between processes.
    const elsewhere = { db: { ...server.world.db }, clock };
    expect(await findKey(elsewhere, key)).not.toBeNull();
    await server.call(admin, 'DELETE', `/keys/${id}`);
    clock.advance(KEY_CACHE_MS - 1);
    expect(await findKey(elsewhere, key)).not.toBeNull();
    clock.advance(1);
    expect(await findKey(elsewhere, key)).toBeNull();
  });
});

describe('the list of keys', () => {
  it('is newest first, and complete whether by page or by cursor', async () => {
    const key = (await server.world.workspace()).keys.secretKey;
    for (let i = 0; i < 3; i++) await server.call(key, 'POST', '/keys', { ...reads, name: `Key ${i}` });
    const names = (answer: { body: { data: { name: string }[] } }) => answer.body.data.map(({ name }) => name);
    const all = names(await server.call(key, 'GET', '/keys'));
    expect(all.slice(0, 3)).toEqual(['Key 2', 'Key 1', 'Key 0']);
    const first = await server.call(key, 'GET', '/keys?limit=3');
    const byPage = await server.call(key, 'GET', '/keys?limit=3&page=2');
    const byCursor = await server.call(key, 'GET', `/keys?limit=3&cursor=${first.body.meta.nextCursor}`);
    expect([...names(first), ...names(byPage)]).toEqual(all);
    expect(names(byCursor)).toEqual(names(byPage));
    expect(byCursor.body.meta).toMatchObject({ page: null, total: 5, totalPages: 2, nextCursor: null });
  });
});
