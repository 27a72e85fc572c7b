/**
 * Who a key belongs to, and how its workspace wants identities proven. What is known of a key is kept for a few seconds
 * per process, so that ingestion asks the database nothing per request; a revocation or a changed setting shows at once
 * in this process and within that time in others.
 */
import { timingSafeEqual } from 'node:crypto';
import { type By, type Caller, SCOPES, type Scope } from '../context.ts';
import { toWire, type Uuid } from '../ids.ts';
import type { Database } from '../infra/database.ts';
import { type Fragment, hot, sql } from '../infra/sql.ts';
import { KEY_CACHE_MS, KEY_USE_GRAIN_MS } from '../limits.ts';
import { CredentialRing, type Found } from './credential-ring.ts';
import { type IdentityColumns, identityColumns, identityRule } from './identity-rule.ts';
import { hashOfKey, type KeyKind } from './key-text.ts';
import { type RetentionColumn, retentionColumn } from './retention-rule.ts';
import type { WorkSource } from './work.ts';

/** A key that was found, and where it may be used. */
export interface KnownKey {
  readonly caller: Caller;
  /** Of a publishable key; empty = anywhere. */
  readonly origins: ReadonlySet<string>;
}

interface KeyRow extends IdentityColumns, RetentionColumn {
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

type Source = Pick<WorkSource, 'db' | 'clock'>;

const byText = new CredentialRing(askByText);
const byId = new CredentialRing(askById);

/** The key with this text, or null when it is unknown, expired or revoked. */
export function findKey(source: Source, text: string): Promise<KnownKey | null> {
  return byText.find(source, text);
}

/** The key with this id, or null when it is unknown, of another workspace, expired or revoked. */
export function findKeyById(source: Source, workspaceId: Uuid, id: Uuid): Promise<KnownKey | null> {
  return byId.find(source, `${workspaceId} ${id}`);
}

async function askByText({ db, clock }: Source, text: string): Promise<Found<KnownKey>> {
  const now = clock.now().getTime();
  const hash = hashOfKey(text);
  const [row] = await db.rows<KeyRow>(hot`/* key.find */
    ${columns(now)} WHERE k.hash = ${hash}::bytea`);
  return row && timingSafeEqual(row.hash, hash) ? judge(db, row, now) : nobody(now);
}

async function askById({ db, clock }: Source, name: string): Promise<Found<KnownKey>> {
  const now = clock.now().getTime();
  const [workspaceId, id] = name.split(' ');
  const [row] = await db.rows<KeyRow>(hot`/* key.find_by_id */
    ${columns(now)} WHERE k.workspace_id = ${workspaceId}::uuid AND k.id = ${id}::uuid`);
  return row ? judge(db, row, now) : nobody(now);
}

function columns(now: number): Fragment {
  return sql`SELECT k.id, k.workspace_id AS "workspaceId", w.hash_key AS "hashKey", k.hash, k.kind, k.name, k.scopes,
      k.origins, k.last_used_at AS "lastUsedAt", k.expires_at AS "expiresAt", k.revoked_at AS "revokedAt",
      ${identityColumns(sql`k.workspace_id`, now)}, ${retentionColumn(sql`k.workspace_id`)}
    FROM api_key k JOIN workspace w ON w.id = k.workspace_id`;
}

function judge(db: Database, row: KeyRow, now: number): Found<KnownKey> {
  const expires = row.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  if (row.revokedAt || expires <= now) return nobody(now);
  if (now - (row.lastUsedAt?.getTime() ?? 0) >= KEY_USE_GRAIN_MS) noteUse(db, row.id, new Date(now));
  return { known: keyOf(row), trustedUntil: Math.min(now + KEY_CACHE_MS, expires) };
}

function nobody(now: number): Found<KnownKey> {
  return { known: null, trustedUntil: now + KEY_CACHE_MS };
}

function keyOf(row: KeyRow): KnownKey {
  const by: By = { keyId: toWire('key', row.id), name: row.name };
  const { workspaceId, hashKey, kind } = row;
  const rules = { identity: identityRule(row), retention: row.retention ?? undefined };
  const caller: Caller = { workspaceId, hashKey, kind, by, scopes: scopesOf(row), ...rules };
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
