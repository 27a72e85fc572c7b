/**
 * Who a key belongs to. What is known of a key is kept for a few seconds per process, so that ingestion asks the
 * database nothing per request; a revocation shows at once in this process and within that time in others.
 */
import { timingSafeEqual } from 'node:crypto';
import { type By, type Caller, SCOPES, type Scope } from '../context.ts';
import { toWire, type Uuid } from '../ids.ts';
import type { Database } from '../infra/database.ts';
import { hot } from '../infra/sql.ts';
import { KEY_CACHE_MS, KEY_USE_GRAIN_MS } from '../limits.ts';
import { CredentialRing, type Found } from './credential-ring.ts';
import { hashOfKey, type KeyKind } from './key-text.ts';
import type { WorkSource } from './work.ts';

/** A key that was found, and where it may be used. */
export interface KnownKey {
  readonly caller: Caller;
  /** Of a publishable key; empty = anywhere. */
  readonly origins: ReadonlySet<string>;
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

const ring = new CredentialRing(ask);

/** The key with this text, or null when it is unknown, expired or revoked. */
export function findKey(source: Pick<WorkSource, 'db' | 'clock'>, text: string): Promise<KnownKey | null> {
  return ring.find(source, text);
}

async function ask({ db, clock }: Pick<WorkSource, 'db' | 'clock'>, text: string): Promise<Found<KnownKey>> {
  const hash = hashOfKey(text);
  const [row] = await db.rows<KeyRow>(hot`/* key.find */
    SELECT k.id, k.workspace_id AS "workspaceId", w.hash_key AS "hashKey", k.hash, k.kind, k.name, k.scopes, k.origins,
      k.last_used_at AS "lastUsedAt", k.expires_at AS "expiresAt", k.revoked_at AS "revokedAt"
    FROM api_key k JOIN workspace w ON w.id = k.workspace_id
    WHERE k.hash = ${hash}::bytea`);
  const now = clock.now().getTime();
  const trustedUntil = now + KEY_CACHE_MS;
  if (!row || row.revokedAt || !timingSafeEqual(row.hash, hash)) return { known: null, trustedUntil };
  const expires = row.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  if (expires <= now) return { known: null, trustedUntil };
  if (now - (row.lastUsedAt?.getTime() ?? 0) >= KEY_USE_GRAIN_MS) noteUse(db, row.id, new Date(now));
  return { known: keyOf(row), trustedUntil: Math.min(trustedUntil, expires) };
}

function keyOf(row: KeyRow): KnownKey {
  const by: By = { keyId: toWire('key', row.id), name: row.name };
  const scopes = scopesOf(row);
  const caller: Caller = { workspaceId: row.workspaceId, hashKey: row.hashKey, kind: row.kind, by, scopes };
  return { caller, origins: new Set(row.origins) };
}

/** What a key may do, as it is stored; scopes of a newer version are left out. */
export function scopesOf({ scopes }: { readonly scopes: readonly string[] }): ReadonlySet<Scope> {
  return new Set(SCOPES.filter((scope) => scopes.includes(scope)));
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
