/** The person who is to be anonymized, held so that nobody changes who they are meanwhile. */
import { OnLegalHold } from '../errors.ts';
import type { Uuid } from '../ids.ts';
import { sql } from '../infra/sql.ts';
import { type Kept, readKept } from './anonymize-values.ts';
import { type LockedRecord, lockIdentity, lockTrees } from './record.ts';
import { findVisitor } from './visitor-ref.ts';
import type { Work } from './work.ts';

/** Everybody that was ever merged into one, and the values kept of them. */
export interface Person {
  readonly survivorId: Uuid;
  readonly locked: ReadonlyMap<Uuid, LockedRecord>;
  readonly kept: Kept;
}

/** Locks the identity row and the whole tree. @throws {NotFound} @throws {OnLegalHold} */
export async function lockPerson(work: Work, ref: string): Promise<Person> {
  await lockIdentity(work);
  const { survivorId } = await findVisitor(work.tx, work.workspaceId, ref);
  const locked = await lockTrees(work, [survivorId]);
  const records = [...locked.keys()];
  await requireNoHold(work, records);
  return { survivorId, locked, kept: await readKept(work, records) };
}

/** @throws {OnLegalHold} when one of the records is. */
export async function requireNoHold(work: Work, records: readonly Uuid[]): Promise<void> {
  const held = await work.tx.rows(sql`/* hold.any */
    SELECT record_id FROM legal_hold
    WHERE workspace_id = ${work.workspaceId}::uuid AND record_id = ANY(${records}::uuid[]) LIMIT 1`);
  if (held.length > 0) throw new OnLegalHold('This visitor is on legal hold.');
}
