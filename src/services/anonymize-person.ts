/** The person who is to be anonymized, held so that nobody changes who they are meanwhile. */
import type { Uuid } from '../ids.ts';
import { type Kept, readKept } from './anonymize-values.ts';
import { requireNoHold } from './legal-hold.ts';
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
