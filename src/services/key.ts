/** Keys of a workspace: list, make, rotate, revoke. */
import type { ApiKey } from '../../prisma/generated/client/client.ts';
import { type By, type Context, requireScope, SCOPES } from '../context.ts';
import type { Key, KeyBody, NewKey, RotateBody } from '../contract/key.ts';
import type { Page, PageQuery } from '../contract/page.ts';
import { Conflict, NotFound } from '../errors.ts';
import { fromWire, toWire, type Uuid } from '../ids.ts';
import { sql } from '../infra/sql.ts';
import { forgetCredentials } from './credential-ring.ts';
import { type KeyKind, makeKeyText } from './key-text.ts';
import { type KeyToStore, storeKey } from './key-write.ts';
import { readPage } from './page-read.ts';
import { inWork, type Work, type WorkSource } from './work.ts';

/** A key that was revoked or has expired cannot be rotated. */
export class KeyRevoked extends Conflict {
  readonly code = 'key_revoked';
}

/** All keys, revoked ones too, newest first. @throws {Forbidden} without `admin`. */
export function listKeys(ctx: Context, query: PageQuery): Promise<Page<Key>> {
  requireScope(ctx.caller, 'admin');
  return listWorkspaceKeys(ctx, ctx.caller.workspaceId, query);
}

/** One key, revoked or not. @throws {Forbidden} without `admin`. @throws {NotFound} */
export async function getKey(ctx: Context, wireId: string): Promise<Key> {
  requireScope(ctx.caller, 'admin');
  return toKey(await find(ctx, wireId));
}

/** Makes a key. Its text is in this answer and nowhere else. @throws {Forbidden} without `admin`. */
export function createKey(ctx: Context, body: KeyBody): Promise<NewKey> {
  requireScope(ctx.caller, 'admin');
  return createWorkspaceKey(ctx, ctx.caller.workspaceId, body, ctx.caller.by);
}

/**
 * Makes a new key like this one; the old one works on for `overlapSeconds`.
 *
 * @throws {Forbidden} without `admin`. @throws {NotFound} @throws {KeyRevoked}
 */
export async function rotateKey(ctx: Context, wireId: string, { overlapSeconds }: RotateBody): Promise<NewKey> {
  requireScope(ctx.caller, 'admin');
  const old = await find(ctx, wireId);
  const { kind, name, scopes, origins } = toKey(old);
  return store(ctx, old.workspaceId, { kind, name, scopes, origins, createdBy: ctx.caller.by }, (work) =>
    limitOverlap(work, old.id, overlapSeconds),
  );
}

/** Judges the key where it is changed: it may have been revoked since it was read. */
async function limitOverlap({ tx, workspaceId, now }: Work, id: Uuid, overlapSeconds: number): Promise<void> {
  const end = new Date(now.getTime() + overlapSeconds * 1000).toISOString();
  const limited = await tx.run(sql`/* key.expire */
    UPDATE api_key SET expires_at = least(expires_at, ${end}::timestamptz)
    WHERE workspace_id = ${workspaceId}::uuid AND id = ${id}::uuid AND revoked_at IS NULL
      AND (expires_at IS NULL OR expires_at > ${now.toISOString()}::timestamptz)`);
  if (limited === 0) throw new KeyRevoked('This key no longer works.');
}

/** Ends a key at once; one that has ended stays so. @throws {Forbidden} without `admin`. @throws {NotFound} */
export async function revokeKey(ctx: Context, wireId: string): Promise<void> {
  requireScope(ctx.caller, 'admin');
  const { id, workspaceId } = await find(ctx, wireId);
  await endKey(ctx, { id, workspaceId });
}

/** `listKeys` for the command line, which owns the database and needs no key. */
export function listWorkspaceKeys({ db }: WorkSource, workspaceId: Uuid, query: PageQuery): Promise<Page<Key>> {
  const list = {
    count: () => db.prisma.apiKey.count({ where: { workspaceId } }),
    read: ({ after, skip, take }: { after: Uuid | undefined; skip: number; take: number }) =>
      db.prisma.apiKey.findMany({
        where: after === undefined ? { workspaceId } : { workspaceId, id: { lt: after } },
        orderBy: { id: 'desc' },
        skip,
        take,
      }),
    write: (row: ApiKey) => toWire('key', row.id),
    parse: (text: string) => fromWire('key', text),
  };
  return readPage(query, list, toKey);
}

/** `revokeKey` for the command line. @returns false when there is no such key. */
export async function endKey({ db, clock }: WorkSource, key: { id: Uuid; workspaceId?: Uuid }): Promise<boolean> {
  await db.prisma.apiKey.updateMany({ where: { ...key, revokedAt: null }, data: { revokedAt: clock.now() } });
  forgetCredentials(db);
  return (await db.prisma.apiKey.count({ where: key })) > 0;
}

/** `createKey` for the command line: `createdBy` is null there. */
export function createWorkspaceKey(
  source: WorkSource,
  workspaceId: Uuid,
  body: KeyBody,
  createdBy: By | null,
): Promise<NewKey> {
  const scopes = body.kind === 'secret' ? [...new Set(body.scopes)] : [];
  const origins = body.kind === 'publishable' ? [...new Set(body.origins)] : [];
  return store(source, workspaceId, { kind: body.kind, name: body.name, scopes, origins, createdBy });
}

async function store(
  source: WorkSource,
  workspaceId: Uuid,
  wanted: Omit<KeyToStore, 'id' | 'text'>,
  before?: (work: Work) => Promise<unknown>,
): Promise<NewKey> {
  const key = { ...wanted, id: source.ids.uuid(), text: makeKeyText(wanted.kind) };
  await inWork(source, workspaceId, async (work) => {
    await before?.(work);
    await storeKey(work, key);
  });
  forgetCredentials(source.db);
  const row = await source.db.prisma.apiKey.findUniqueOrThrow({ where: { id: key.id } });
  return { ...toKey(row), key: key.text };
}

async function find({ db, caller }: Context, wireId: string): Promise<ApiKey> {
  const id = fromWire('key', wireId);
  const row = id && (await db.prisma.apiKey.findFirst({ where: { id, workspaceId: caller.workspaceId } }));
  if (!row) throw new NotFound('There is no such key.');
  return row;
}

function toKey(row: ApiKey): Key {
  return {
    id: toWire('key', row.id),
    kind: row.kind as KeyKind,
    name: row.name,
    hint: row.hint,
    scopes: SCOPES.filter((scope) => row.scopes.includes(scope)),
    origins: row.origins,
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy as By | null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}
