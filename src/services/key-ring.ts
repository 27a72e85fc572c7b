/**
 * Who a key belongs to. What is known of a key is kept for a few seconds per process, so that ingestion asks the
 * database nothing per request; a revocation shows at once in this process and within that time in others.
 */
import { timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type By, type Caller, SCOPES, type Scope } from '../context.ts';
import { toWire, type Uuid } from '../ids.ts';
import type { Database } from '../infra/database.ts';
import { hot } from '../infra/sql.ts';
import { KEY_CACHE_MS, KEY_USE_GRAIN_MS } from '../limits.ts';
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

interface KeyRow {
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
  const entry = ring.pending.get(name) ?? load(source, ring, name, hashOfKey(text));
  return (await entry).key;
}

/** Drops what this process knows of all keys: after one was revoked, rotated or made. */
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

function load(source: Pick<WorkSource, 'db' | 'clock'>, ring: Ring, name: string, hash: Buffer): Promise<Entry> {
  const entry = ask(source, hash).finally(() => ring.pending.delete(name));
  ring.pending.set(name, entry);
  return entry.then((found) => {
    ring.entries.set(name, found);
    return found;
  });
}

async function ask({ db, clock }: Pick<WorkSource, 'db' | 'clock'>, hash: Buffer): Promise<Entry> {
  const [row] = await db.rows<KeyRow>(hot`/* key.find */
    SELECT k.id, k.workspace_id AS "workspaceId", w.hash_key AS "hashKey", k.hash, k.kind, k.name, k.scopes, k.origins,
      k.last_used_at AS "lastUsedAt", k.expires_at AS "expiresAt", k.revoked_at AS "revokedAt"
    FROM api_key k JOIN workspace w ON w.id = k.workspace_id
    WHERE k.hash = ${hash}::bytea`);
  const now = clock.now().getTime();
  const trustedUntil = now + KEY_CACHE_MS;
  if (!row || row.revokedAt || !timingSafeEqual(row.hash, hash)) return { key: null, trustedUntil };
  const expires = row.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  if (expires <= now) return { key: null, trustedUntil };
  if (now - (row.lastUsedAt?.getTime() ?? 0) >= KEY_USE_GRAIN_MS) noteUse(db, row.id, new Date(now));
  return { key: known(row), trustedUntil: Math.min(trustedUntil, expires) };
}

function known(row: KeyRow): KnownKey {
  const by: By = { keyId: toWire('key', row.id), name: row.name };
  const scopes = new Set<Scope>(SCOPES.filter((scope) => row.scopes.includes(scope)));
  const caller: Caller = { workspaceId: row.workspaceId, hashKey: row.hashKey, kind: row.kind, by, scopes };
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
