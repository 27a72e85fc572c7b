/**
 * The first commit of a deletion: from it on nobody finds the person, and nothing that was said about them before is
 * stored any more. What they have of history goes afterwards (erasure-run.ts).
 */
import type { By } from '../context.ts';
import type { ErasedCounts } from '../contract/privacy.ts';
import type { Uuid } from '../ids.ts';
import type { Sql } from '../infra/database.ts';
import { type Fragment, hot, sql } from '../infra/sql.ts';
import type { Identifier } from './identifier.ts';
import { identifierHash } from './keyed-hash.ts';
import { requireNoHold } from './legal-hold.ts';
import type { TableWith } from './privacy-map.ts';
import { lockIdentity, lockTrees } from './record.ts';
import { suppress } from './suppression.ts';
import { findVisitor } from './visitor-ref.ts';
import type { Work } from './work.ts';

/** Who is to be deleted, and how. */
export interface NewErasure {
  /** `vis_…`, `user:…` or `anon:…`: any id of the person. */
  readonly ref: string;
  readonly by: By;
  /** HMAC key of the workspace. */
  readonly hashKey: Uint8Array;
  /** For how long later items are suppressed too, in milliseconds. */
  readonly suppressedMs: number;
  /** The moment of deletion, asked for once everybody else has to wait: nothing stored is dated after it. */
  readonly now: () => Date;
}

/**
 * Begins a deletion.
 *
 * @returns the erasure's id. @throws {NotFound} @throws {OnLegalHold}
 */
export async function beginErasure(work: Work, { ref, by, hashKey, suppressedMs, now }: NewErasure): Promise<Uuid> {
  await lockIdentity(work);
  const { recordId } = await findVisitor(work.tx, work.workspaceId, ref);
  const records = [...(await lockTrees(work, [recordId])).keys()].sort();
  await requireNoHold(work, records);
  const deletedAt = now();
  const person = { workspaceId: work.workspaceId, records };
  const counts = await countRows(work.tx, person);
  const identifiers = await readIdentifiers(work, records);
  const hashes = identifiers.map(({ kind, value }) => identifierHash(hashKey, kind, value)).sort();
  const id = work.ids.uuid();
  await insertErasure(work, { id, by, deletedAt, counts, hashes, records });
  const visitors = records.map((record) => identifierHash(hashKey, 'visitor', record));
  const until = new Date(deletedAt.getTime() + suppressedMs);
  await suppress(work, { hashes: [...hashes, ...visitors], until, erasureId: id });
  await markErased(work, records, deletedAt);
  for (const [table, ofPerson] of Object.values(AT_ONCE)) {
    await work.tx.run(sql`/* erasure.delete */
      DELETE FROM ${table} t WHERE t.workspace_id = ${work.workspaceId}::uuid AND ${ofPerson(person)}`);
  }
  return id;
}

/** All records of one person. */
export interface PersonRecords {
  readonly workspaceId: Uuid;
  readonly records: readonly Uuid[];
}

/** How much there is of a person, by kind. */
export async function countRows(db: Sql, person: PersonRecords): Promise<ErasedCounts> {
  const ends = sql`(t.source_record_id = ANY(${person.records}::uuid[]) OR t.target_record_id = ANY(${person.records}::uuid[]))`;
  const count = (table: Fragment, which: Fragment) => sql`(
    SELECT count(*)::int FROM ${table} t WHERE t.workspace_id = ${person.workspaceId}::uuid AND ${which})`;
  const [counts] = await db.rows<Omit<ErasedCounts, 'records'>>(sql`/* erasure.count */
    SELECT ${count(sql`identifier`, ofRecord(person))} AS identifiers, ${count(sql`session`, ofRecord(person))} AS sessions,
      ${count(sql`page_view`, ofRecord(person))} AS "pageViews", ${count(sql`event`, ofRecord(person))} AS events,
      ${count(sql`conversation`, ofRecord(person))} AS conversations,
      ${count(sql`message`, ofConversation(person))} AS messages, ${count(sql`visitor_tag`, ofRecord(person))} AS tags,
      ${count(sql`note`, ofRecord(person))} AS notes, ${count(sql`visitor_edit`, ofRecord(person))} AS edits,
      ${count(sql`merge`, ends)} AS merges, ${count(sql`merge_suggestion`, ends)} AS suggestions,
      ${count(sql`visitor_export`, ofRecord(person))} AS exports`);
  if (!counts) throw new Error('A count answered nothing.');
  return { records: person.records.length, ...counts };
}

/** Rows `t` that name one of the records. */
export function ofRecord({ records }: PersonRecords): Fragment {
  return sql`t.record_id = ANY(${records}::uuid[])`;
}

/** Rows `t` of the person's conversations. */
export function ofConversation({ workspaceId, records }: PersonRecords): Fragment {
  return sql`t.conversation_id = ANY(ARRAY(
    SELECT c.id FROM conversation c WHERE c.workspace_id = ${workspaceId}::uuid AND c.record_id = ANY(${records}::uuid[])))`;
}

const ofProfile = ({ records }: PersonRecords) => sql`t.id = ANY(${records}::uuid[])`;

/** Every table whose rows go with the first commit. */
const AT_ONCE: Readonly<Record<TableWith<'at_once'>, readonly [Fragment, (person: PersonRecords) => Fragment]>> = {
  identifier: [sql`identifier`, ofRecord],
  profile_activity: [sql`profile_activity`, ofProfile],
  profile: [sql`profile`, ofProfile],
  visitor_edit: [sql`visitor_edit`, ofRecord],
  visitor_tag: [sql`visitor_tag`, ofRecord],
  note: [sql`note`, ofRecord],
  // Whoever is held is not deleted: there is none.
  legal_hold: [sql`legal_hold`, ofRecord],
  visitor_export: [sql`visitor_export`, ofRecord],
  merge_suggestion: [
    sql`merge_suggestion`,
    ({ records }) =>
      sql`(t.source_record_id = ANY(${records}::uuid[]) OR t.target_record_id = ANY(${records}::uuid[]))`,
  ],
  // Answers are not told apart by person. What is under way meanwhile finds its row gone, and is not kept.
  idempotency: [sql`idempotency`, () => sql`NOT t.outlives_erasure`],
};

function readIdentifiers(work: Work, records: readonly Uuid[]): Promise<Identifier[]> {
  return work.tx.rows<Identifier>(hot`/* identifier.of_records */
    SELECT kind, value FROM identifier
    WHERE workspace_id = ${work.workspaceId}::uuid AND record_id = ANY(${records}::uuid[])`);
}

interface ErasureRow {
  readonly id: Uuid;
  readonly by: By;
  readonly deletedAt: Date;
  readonly counts: ErasedCounts;
  readonly hashes: readonly string[];
  readonly records: readonly Uuid[];
}

/** The records go last, so they are counted as they go, like history; the rest goes in this commit. */
async function insertErasure(work: Work, { id, by, deletedAt, counts, hashes, records }: ErasureRow): Promise<void> {
  const total = sum(counts);
  const present = { ...counts, records: 0, sessions: 0, pageViews: 0, events: 0, conversations: 0, messages: 0 };
  await work.tx.run(hot`/* erasure.create */
    INSERT INTO erasure (workspace_id, id, status, deleted_at, by, counts, identifier_hashes, record_ids, total, done)
    VALUES (${work.workspaceId}::uuid, ${id}::uuid, 'running', ${deletedAt.toISOString()}::timestamptz,
      ${JSON.stringify(by)}::jsonb, ${JSON.stringify(present)}::jsonb, ${hashes}::text[], ${records}::uuid[],
      ${total}::int, ${sum(present)}::int)`);
}

function sum(counts: ErasedCounts): number {
  return Object.values(counts).reduce((total, each) => total + each, 0);
}

/** Takes their values from records and merges, and every edge: records without edges may go in any order. */
async function markErased(work: Work, records: readonly Uuid[], at: Date): Promise<void> {
  await work.tx.run(hot`/* record.mark_erased */
    UPDATE record SET erased_at = ${at.toISOString()}::timestamptz, registers = '{}', parent_id = NULL,
      parent_merge_id = NULL
    WHERE workspace_id = ${work.workspaceId}::uuid AND id = ANY(${records}::uuid[])`);
  await work.tx.run(hot`/* merge.mark_erased */
    UPDATE merge SET registers = '{}', plan_hash = NULL, erased_at = ${at.toISOString()}::timestamptz
    WHERE workspace_id = ${work.workspaceId}::uuid
      AND (source_record_id = ANY(${records}::uuid[]) OR target_record_id = ANY(${records}::uuid[]))`);
}
