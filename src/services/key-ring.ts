/**
 * Who a key belongs to, and how its workspace wants identities proven. What is known of a key is kept for a few seconds
 * per process, so that ingestion asks the database nothing per request; a revocation or a changed setting shows at once
 * in this process and within that time in others.
 */
import { timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type By, type Caller, SCOPES, type Scope } from '../context.ts';
import { toWire, type Uuid } from '../ids.ts';
import type { Database } from '../infra/database.ts';
import { type Fragment, hot, sql } from '../infra/sql.ts';
import { KEY_CACHE_MS, KEY_USE_GRAIN_MS } from '../limits.ts';
import { type IdentityColumns, identityColumns, identityRule } from './identity-rule.ts';
import { hashOfKey, type KeyKind, nameOfKey } from './key-text.ts';
import type { WorkSource } from './work.ts';

/** A key that was found, and where it may be used. */
export interface KnownKey {
  readonly caller: Caller;
  /** Of a publishable key; empty = anywhere. */
  readonly origins: ReadonlySet<string>;
}

interface Entry {
  /** Null: there is no such key. */
  readonly key: KnownKey | null;
  /** Milliseconds since 1970. */
  readonly trustedUntil: number;
}

interface KeyRow extends IdentityColumns {
  readonly id: Uuid;
  readonly workspaceId: Uuid;
  readonly hashKey: Uint8Array;
  readonly hash: Uint8Array;
  readonly kind: KeyKind;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly origins: readonly string[];
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

const MAX_KEYS_KEPT = 10_000;

class Ring {
  readonly entries = new LRUCache<string, Entry>({ max: MAX_KEYS_KEPT });
  readonly pending = new Map<string, Promise<Entry>>();
}

const rings = new WeakMap<Database, Ring>();

/** The key with this text, or null when it is unknown, expired or revoked. */
export async function findKey(source: Pick<WorkSource, 'db' | 'clock'>, text: string): Promise<KnownKey | null> {
  const ring = ringOf(source.db);
  const name = nameOfKey(text);
  const kept = ring.entries.get(name);
  if (kept && source.clock.now().getTime() < kept.trustedUntil) return kept.key;
  const hash = hashOfKey(text);
  const entry = ring.pending.get(name) ?? load(ring, name, () => askByHash(source, hash));
  return (await entry).key;
}

/** The key with this id, or null when it is unknown, of another workspace, expired or revoked. */
export async function findKeyById(
  source: Pick<WorkSource, 'db' | 'clock'>,
  workspaceId: Uuid,
  id: Uuid,
): Promise<KnownKey | null> {
  const ring = ringOf(source.db);
  // Never the name of a text: those are base64.
  const name = `id ${workspaceId} ${id}`;
  const kept = ring.entries.get(name);
  if (kept && source.clock.now().getTime() < kept.trustedUntil) return kept.key;
  const entry = ring.pending.get(name) ?? load(ring, name, () => askById(source, workspaceId, id));
  return (await entry).key;
}

/** Drops what this process knows of all keys: after one was revoked, rotated or made, or a setting was changed. */
export function forgetKeys(db: Database): void {
  rings.delete(db);
}

function ringOf(db: Database): Ring {
  const known = rings.get(db);
  if (known) return known;
  const ring = new Ring();
  rings.set(db, ring);
  return ring;
}

function load(ring: Ring, name: string, ask: () => Promise<Entry>): Promise<Entry> {
  const entry = ask().finally(() => ring.pending.delete(name));
  ring.pending.set(name, entry);
  return entry.then((found) => {
    ring.entries.set(name, found);
    return found;
  });
}

async function askByHash({ db, clock }: Pick<WorkSource, 'db' | 'clock'>, hash: Buffer): Promise<Entry> {
  const now = clock.now().getTime();
  const [row] = await db.rows<KeyRow>(hot`/* key.find */
    ${columns(now)} WHERE k.hash = ${hash}::bytea`);
  return row && timingSafeEqual(row.hash, hash) ? judge(db, row, now) : nobody(now);
}

async function askById({ db, clock }: Pick<WorkSource, 'db' | 'clock'>, workspaceId: Uuid, id: Uuid): Promise<Entry> {
  const now = clock.now().getTime();
  const [row] = await db.rows<KeyRow>(hot`/* key.find_by_id */
    ${columns(now)} WHERE k.workspace_id = ${workspaceId}::uuid AND k.id = ${id}::uuid`);
  return row ? judge(db, row, now) : nobody(now);
}

function columns(now: number): Fragment {
  return sql`SELECT k.id, k.workspace_id AS "workspaceId", w.hash_key AS "hashKey", k.hash, k.kind, k.name, k.scopes,
      k.origins, k.last_used_at AS "lastUsedAt", k.expires_at AS "expiresAt", k.revoked_at AS "revokedAt",
      ${identityColumns(sql`k.workspace_id`, now)}
    FROM api_key k JOIN workspace w ON w.id = k.workspace_id`;
}

function judge(db: Database, row: KeyRow, now: number): Entry {
  const expires = row.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  if (row.revokedAt || expires <= now) return nobody(now);
  if (now - (row.lastUsedAt?.getTime() ?? 0) >= KEY_USE_GRAIN_MS) noteUse(db, row.id, new Date(now));
  return { key: known(row), trustedUntil: Math.min(now + KEY_CACHE_MS, expires) };
}

function nobody(now: number): Entry {
  return { key: null, trustedUntil: now + KEY_CACHE_MS };
}

function known(row: KeyRow): KnownKey {
  const by: By = { keyId: toWire('key', row.id), name: row.name };
  const scopes = new Set<Scope>(SCOPES.filter((scope) => row.scopes.includes(scope)));
  const { workspaceId, hashKey, kind } = row;
  const caller: Caller = { workspaceId, hashKey, kind, by, scopes, identity: identityRule(row) };
  return { caller, origins: new Set(row.origins) };
}

/** Written behind the caller's back: a last use that is not noted must not fail what the key was used for. */
function noteUse(db: Database, id: Uuid, now: Date): void {
  const before = new Date(now.getTime() - KEY_USE_GRAIN_MS);
  db.run(hot`/* key.note_use */
    UPDATE api_key SET last_used_at = ${now.toISOString()}::timestamptz
    WHERE id = ${id}::uuid AND (last_used_at IS NULL OR last_used_at <= ${before.toISOString()}::timestamptz)`).catch(
    () => undefined,
  );
}
