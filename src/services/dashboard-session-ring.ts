/**
 * Whose a dashboard session is. Kept for a few seconds per process like keys, so that a request of the dashboard costs
 * no statement; it stands and falls with its key, whose present scopes it has.
 */
import type { Caller } from '../context.ts';
import type { DashboardSession } from '../contract/dashboard.ts';
import { toWire, type Uuid } from '../ids.ts';
import { hot, sql } from '../infra/sql.ts';
import { DASHBOARD_SESSION_MS, DASHBOARD_USE_GRAIN_MS, KEY_CACHE_MS, MAX_DASHBOARD_SESSION_MS } from '../limits.ts';
import { CredentialRing, type Found } from './credential-ring.ts';
import { scopesOf } from './key-ring.ts';
import { hashOfKey } from './key-text.ts';
import { type RetentionColumn, retentionColumn } from './retention-rule.ts';
import { workspaceOfToken } from './token-text.ts';
import type { WorkSource } from './work.ts';

/** A session that stands, and the caller it makes of its agent. */
export interface KnownSession {
  readonly caller: Caller;
  readonly session: DashboardSession;
}

type Source = Pick<WorkSource, 'db' | 'clock'>;

interface SessionRow extends RetentionColumn {
  readonly workspaceId: Uuid;
  readonly hash: Uint8Array;
  readonly hashKey: Uint8Array;
  readonly keyId: Uuid;
  readonly keyName: string;
  readonly scopes: readonly string[];
  readonly agentName: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
  readonly keyExpiresAt: Date | null;
}

/** A row as it is remembered, with what its use changes. */
class Held {
  constructor(
    readonly row: SessionRow,
    public lastUsed = row.lastUsedAt.getTime(),
    public expires = row.expiresAt.getTime(),
  ) {}
}

const ring = new CredentialRing(ask);

/** The session with this token, moved on by being used; null when it ended, or its key did. */
export async function findSession(source: Source, token: string): Promise<KnownSession | null> {
  const held = await ring.find(source, token);
  if (!held) return null;
  await moveOn(source, held);
  return knownOf(held);
}

/** Whether a session still stands, without using it: what a watcher is sent is no sign of life of theirs. */
export async function sessionStands(source: Source, token: string): Promise<boolean> {
  return (await ring.find(source, token)) !== null;
}

/** When a session made at `created` ends if it is used at `now`; milliseconds since 1970. */
export function endOfSession(created: number, now: number): number {
  return Math.min(now + DASHBOARD_SESSION_MS, created + MAX_DASHBOARD_SESSION_MS);
}

async function ask({ db, clock }: Source, token: string): Promise<Found<Held>> {
  const now = clock.now().getTime();
  const trustedUntil = now + KEY_CACHE_MS;
  const workspaceId = workspaceOfToken(token);
  if (workspaceId === null) return { known: null, trustedUntil };
  const at = new Date(now).toISOString();
  const [row] = await db.rows<SessionRow>(hot`/* dashboard_session.find */
    SELECT s.workspace_id AS "workspaceId", s.hash, w.hash_key AS "hashKey", k.id AS "keyId", k.name AS "keyName",
      k.scopes, s.agent_name AS "agentName", s.created_at AS "createdAt", s.last_used_at AS "lastUsedAt",
      s.expires_at AS "expiresAt", k.expires_at AS "keyExpiresAt",
      ${retentionColumn(sql`s.workspace_id`)}
    FROM dashboard_session s
      JOIN api_key k ON k.id = s.key_id AND k.workspace_id = s.workspace_id
      JOIN workspace w ON w.id = s.workspace_id
    WHERE s.workspace_id = ${workspaceId}::uuid AND s.hash = ${hashOfKey(token)}::bytea
      AND s.expires_at > ${at}::timestamptz AND k.revoked_at IS NULL
      AND (k.expires_at IS NULL OR k.expires_at > ${at}::timestamptz)`);
  if (!row) return { known: null, trustedUntil };
  const keyEnds = row.keyExpiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  return { known: new Held(row), trustedUntil: Math.min(trustedUntil, row.expiresAt.getTime(), keyEnds) };
}

/** A use that is not noted must not fail what the session was used for; the next one notes it. */
async function moveOn({ db, clock }: Source, held: Held): Promise<void> {
  const now = clock.now().getTime();
  if (now - held.lastUsed < DASHBOARD_USE_GRAIN_MS) return;
  held.lastUsed = now;
  const { workspaceId, hash, createdAt } = held.row;
  const expires = endOfSession(createdAt.getTime(), now);
  const at = new Date(now).toISOString();
  const moved = await db
    .run(hot`/* dashboard_session.move_on */
      UPDATE dashboard_session
      SET last_used_at = ${at}::timestamptz, expires_at = ${new Date(expires).toISOString()}::timestamptz
      WHERE workspace_id = ${workspaceId}::uuid AND hash = ${hash}::bytea AND last_used_at < ${at}::timestamptz`)
    .catch(() => 0);
  if (moved === 1) held.expires = expires;
}

function knownOf({ row, expires }: Held): KnownSession {
  const { workspaceId, hashKey, keyId, keyName, agentName } = row;
  const scopes = scopesOf(row);
  const ends = Math.min(expires, row.keyExpiresAt?.getTime() ?? Number.POSITIVE_INFINITY);
  return {
    caller: {
      workspaceId,
      hashKey,
      kind: 'secret',
      by: { keyId: toWire('key', keyId), name: agentName },
      scopes,
      retention: row.retention ?? undefined,
      agentName,
    },
    session: {
      name: agentName,
      keyName,
      workspaceId: toWire('workspace', workspaceId),
      scopes: [...scopes],
      expiresAt: new Date(ends).toISOString(),
    },
  };
}
