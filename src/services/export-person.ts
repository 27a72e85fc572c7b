/** Whom an export is about: the records of their tree when it began, and whether they are still who they were. */
import type { Visitor } from '../contract/visitor.ts';
import type { Uuid } from '../ids.ts';
import { hot } from '../infra/sql.ts';
import { readVisitors, toVisitor } from './visitor-row.ts';
import type { WorkSource } from './work.ts';

/** A person while they are exported. */
export interface Person {
  readonly source: Pick<WorkSource, 'db' | 'clock'>;
  readonly workspaceId: Uuid;
  readonly survivorId: Uuid;
  /** As they are answered. */
  readonly visitor: Visitor;
  /** Every record of the tree. What is merged with it meanwhile is not part of it, what is cut off still is. */
  readonly records: readonly Uuid[];
  /** How many of them had been anonymized. */
  readonly anonymized: number;
  /** The moment it is dated. */
  readonly now: Date;
}

/** They were erased or anonymized while they were exported. Nobody is told: their file ends in the middle. */
export class PersonGone extends Error {
  constructor() {
    super('The visitor was erased or anonymized during an export.');
  }
}

/** The person a record stands for; null when it is no survivor any more, or erased. */
export async function openPerson(
  source: Person['source'],
  workspaceId: Uuid,
  survivorId: Uuid,
): Promise<Person | null> {
  const now = source.clock.now();
  const rows = await source.db.rows<{ id: Uuid; anonymized: boolean }>(hot`/* export.records */
    SELECT id, anonymized_at IS NOT NULL AS anonymized FROM record
    WHERE workspace_id = ${workspaceId}::uuid AND canonical_id = ${survivorId}::uuid AND erased_at IS NULL
    ORDER BY id`);
  const [profile] = await readVisitors(source.db, workspaceId, [survivorId], now);
  if (rows.length === 0 || !profile) return null;
  return {
    source,
    workspaceId,
    survivorId,
    visitor: toVisitor(profile, now),
    records: rows.map(({ id }) => id),
    anonymized: rows.filter(({ anonymized }) => anonymized).length,
    now,
  };
}

/** To be asked after what is about to be sent was read. @throws {PersonGone} */
export async function requirePresent({ source, workspaceId, records, anonymized }: Person): Promise<void> {
  const [left] = await source.db.rows<{ present: number; anonymized: number }>(hot`/* export.present */
    SELECT count(*)::int AS present, count(anonymized_at)::int AS anonymized FROM record
    WHERE workspace_id = ${workspaceId}::uuid AND id = ANY(${records}::uuid[]) AND erased_at IS NULL`);
  if (left?.present !== records.length || left.anonymized !== anonymized) throw new PersonGone();
}
