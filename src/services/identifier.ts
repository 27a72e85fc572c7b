/** Identifiers: which record is whose. A record exists per userId and per anonymousId, from its first item on. */
import type { Uuid } from '../ids.ts';
import { hot, plainArray } from '../infra/sql.ts';
import { sortKey } from './fold.ts';
import { identifierHash } from './keyed-hash.ts';
import type { Work } from './work.ts';

/** `user`: a customer's own id; `anon`: made by a widget or SDK. */
export type IdentifierKind = 'user' | 'anon';

/** One id of a visitor. */
export interface Identifier {
  readonly kind: IdentifierKind;
  readonly value: string;
}

/** Identifiers by `identifierKey`, with the record of each. */
export type RecordIds = Map<string, Uuid>;

/** Record id → its survivor's id, unlocked: true when it was read. Records that are gone, or going, are missing. */
export async function findSurvivors(
  work: Pick<Work, 'tx' | 'workspaceId'>,
  ids: readonly Uuid[],
): Promise<Map<Uuid, Uuid>> {
  if (ids.length === 0) return new Map();
  const rows = await work.tx.rows<{ id: Uuid; canonical_id: Uuid }>(hot`/* record.survivors */
    SELECT id, canonical_id FROM record
    WHERE workspace_id = ${work.workspaceId}::uuid AND id = ANY(${ids}::uuid[]) AND erased_at IS NULL`);
  return new Map(rows.map((row) => [row.id, row.canonical_id]));
}

/** A record that somebody named, unlocked. */
export interface NamedRecord {
  readonly survivorId: Uuid;
  /** False once it was anonymized: nothing is received under it any more. */
  readonly receives: boolean;
}

/** What is behind record ids that items name. Records that are gone, or going, are missing. */
export async function findNamedRecords(
  work: Pick<Work, 'tx' | 'workspaceId'>,
  ids: readonly Uuid[],
): Promise<Map<Uuid, NamedRecord>> {
  if (ids.length === 0) return new Map();
  const rows = await work.tx.rows<{ id: Uuid; canonical_id: Uuid; receives: boolean }>(hot`/* record.named */
    SELECT id, canonical_id, anonymized_at IS NULL AS receives FROM record
    WHERE workspace_id = ${work.workspaceId}::uuid AND id = ANY(${ids}::uuid[]) AND erased_at IS NULL`);
  return new Map(rows.map(({ id, canonical_id: survivorId, receives }) => [id, { survivorId, receives }]));
}

/** A map key for an identifier; kinds never collide. */
export function identifierKey({ kind, value }: Identifier): string {
  return `${kind}:${value}`;
}

/** What is known of an identifier: its record, if it has one, and until when it is suppressed, if it is. */
export interface KnownIdentifier {
  readonly key: string;
  readonly recordId: Uuid | null;
  /** Milliseconds since 1970. */
  readonly suppressedUntil: number | null;
}

/** @returns those of the identifiers of which anything is known. */
export async function findIdentifiers(
  work: Work,
  hashKey: Uint8Array,
  wanted: readonly Identifier[],
): Promise<KnownIdentifier[]> {
  if (wanted.length === 0) return [];
  const hashes = wanted.map(({ kind, value }) => identifierHash(hashKey, kind, value));
  const rows = await work.tx.rows<Identifier & { record_id: Uuid | null; until: Date | null }>(hot`/* identifier.find */
    SELECT w.kind, w.value, i.record_id, s.until
    FROM unnest(${wanted.map((each) => each.kind)}::text[], ${wanted.map((each) => each.value)}::text[],
      ${plainArray(hashes)}::text[]) AS w(kind, value, hash)
    LEFT JOIN identifier i ON i.workspace_id = ${work.workspaceId}::uuid AND i.kind = w.kind AND i.value = w.value
    LEFT JOIN suppression s ON s.workspace_id = ${work.workspaceId}::uuid AND s.hash = decode(w.hash, 'hex')
    WHERE i.record_id IS NOT NULL OR s.until IS NOT NULL`);
  return rows.map((row) => ({
    key: identifierKey(row),
    recordId: row.record_id,
    suppressedUntil: row.until?.getTime() ?? null,
  }));
}

/**
 * Gives each identifier without a record one, its own root; must come before any record is locked.
 *
 * Two transactions that meet the same new identifier: the second waits here for the first (both insert in the same
 * order, so neither waits for the other) and finds nothing created; the caller looks again.
 *
 * @returns the records this call created; identifiers missing in it belong to somebody else by now.
 */
export async function createRecords(
  work: Work,
  wanted: readonly (Identifier & { recordId: Uuid })[],
): Promise<RecordIds> {
  const sorted = [...wanted].sort((left, right) => (identifierKey(left) < identifierKey(right) ? -1 : 1));
  const rows = await work.tx.rows<{ kind: IdentifierKind; value: string; record_id: Uuid }>(hot`/* identifier.create */
    WITH created AS (
      INSERT INTO identifier (workspace_id, kind, value, record_id)
      SELECT ${work.workspaceId}::uuid, kind, value, record_id
      FROM unnest(
        ${sorted.map((each) => each.kind)}::text[],
        ${sorted.map((each) => each.value)}::text[],
        ${sorted.map((each) => each.recordId)}::uuid[]
      ) AS n(kind, value, record_id)
      ON CONFLICT DO NOTHING
      RETURNING kind, value, record_id
    ), records AS (
      INSERT INTO record (workspace_id, id, canonical_id, answered, created_at)
      SELECT ${work.workspaceId}::uuid, record_id, record_id, true, ${work.now.toISOString()}::timestamptz FROM created
    ), profiles AS (
      INSERT INTO profile (workspace_id, id, user_id, identified, created_at, name_sort, email_sort)
      SELECT ${work.workspaceId}::uuid, record_id, CASE kind WHEN 'user' THEN value END, kind = 'user',
        ${work.now.toISOString()}::timestamptz, ${sortKey(null)}, ${sortKey(null)}
      FROM created
    ), activities AS (
      INSERT INTO profile_activity (workspace_id, id) SELECT ${work.workspaceId}::uuid, record_id FROM created
    )
    SELECT kind, value, record_id FROM created`);
  return new Map(rows.map((row) => [identifierKey(row), row.record_id]));
}
