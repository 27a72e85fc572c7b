/** Edits a visitor by hand. The edit is kept by the survivor it was made on, and logged with its author. */
import { type Context, requireScope } from '../context.ts';
import type { Warning } from '../contract/item.ts';
import type { VisitorEdit } from '../contract/visitor.ts';
import { InvalidValue, PreconditionFailed } from '../errors.ts';
import type { Uuid } from '../ids.ts';
import { type NormalisedEdit, normaliseEdit } from '../normalise/edit.ts';
import { type CompanyMentions, writeCompanies } from './company-write.ts';
import { logEdit } from './edit-log.ts';
import { foldIntoProfiles, lockProfileRegisters } from './profile-write.ts';
import { writeRegisters } from './record.ts';
import { after, fold, keepNewest, type Registers, stamp } from './register.ts';
import { Registry, Vocabulary } from './registry-write.ts';
import { type LockedSurvivor, lockSurvivor, repeatMoved } from './survivor-lock.ts';
import { etagOf, readReply, type VisitorReply } from './visitor.ts';
import { readVisitors, toVisitor } from './visitor-row.ts';
import { inWork, type Work } from './work.ts';

/** The visitor after the edit, and what was mended in it. */
export interface EditReply extends VisitorReply {
  readonly warnings: readonly Warning[];
}

/**
 * Changes what `edit` names; null removes; the rest stays.
 *
 * @param ifMatch an ETag (or several, or `*`): the edit is made only on exactly that state.
 * @throws {Forbidden} without `visitors:write`. @throws {NotFound} @throws {InvalidValue}
 * @throws {PreconditionFailed}
 */
export async function editVisitor(ctx: Context, ref: string, edit: VisitorEdit, ifMatch?: string): Promise<EditReply> {
  requireScope(ctx.caller, 'visitors:write');
  const normalised = readEdit(edit, ctx.clock.now());
  const named = await repeatMoved(() =>
    inWork(ctx, ctx.caller.workspaceId, async (work) => {
      await writeCompanies(work, editedCompanies(work, normalised));
      const person = await lockPerson(work, ref);
      if (ifMatch !== undefined) await requireMatch(work, person.survivorId, ifMatch);
      await write(work, ctx, person, normalised);
      return person;
    }),
  );
  const reply = await readReply(ctx, named.recordId, named.survivorId, ref);
  return { ...reply, warnings: normalised.warnings };
}

/** An edit as registers. @param parent pointer to it in the body. @throws {InvalidValue} */
export function readEdit(edit: VisitorEdit, now: Date, parent = ''): NormalisedEdit {
  const normalised = normaliseEdit(edit, now);
  if (!('faults' in normalised)) return normalised;
  const faults = normalised.faults.map((fault) => ({ ...fault, pointer: parent + fault.pointer }));
  throw new InvalidValue(normalised.code, 'A value cannot be used.', faults, normalised.limit);
}

/** A person locked for an edit. */
interface LockedPerson extends LockedSurvivor {
  /** Of the profile: the winner per key. */
  readonly present: Registers;
}

/** First the record, then the profile, which records of the same tree may change without it. */
async function lockPerson(work: Work, ref: string): Promise<LockedPerson> {
  const person = await lockSurvivor(work, ref, true);
  const { survivorId } = person;
  const present = (await lockProfileRegisters(work, [survivorId])).get(survivorId) ?? {};
  return { ...person, present };
}

async function requireMatch(work: Work, survivorId: Uuid, ifMatch: string): Promise<void> {
  const [row] = await readVisitors(work.tx, work.workspaceId, [survivorId], work.now);
  const wanted = ifMatch.split(',').map((etag) => etag.trim());
  if (row && (wanted.includes('*') || wanted.includes(etagOf(toVisitor(row, work.now))))) return;
  throw new PreconditionFailed('The visitor was changed since it was read. Read it again and repeat the edit on that.');
}

async function write(
  work: Work,
  { caller }: Context,
  { survivorId, own, present }: LockedPerson,
  edit: NormalisedEdit,
) {
  const replaced = Object.fromEntries(Object.entries(present).filter(([key]) => key in edit.values));
  const timestamp = after(work.now, replaced);
  const edited = stamp(edit.values, { timestamp, messageId: work.ids.uuid() });
  await logEdit(work, survivorId, { values: edit.values, by: caller.by, editedAt: timestamp });
  await writeRegisters(work, new Map([[survivorId, keepNewest(fold(own, edited))]]));
  await foldIntoProfiles(work, new Map([[survivorId, edited]]));
  const words = new Vocabulary();
  words.addAttributes('visitor', edit.values);
  if (edit.company) words.addAttributes('company', edit.company.values);
  // Edits are rare, so nothing is remembered of what they named.
  await new Registry().write(work, words);
}

/** The companies that an edit names, with what it says of them. */
export function editedCompanies(work: Work, { company }: Pick<NormalisedEdit, 'company'>): CompanyMentions {
  if (!company) return new Map();
  const said = stamp(company.values, { timestamp: work.now.getTime(), messageId: work.ids.uuid() });
  return new Map([[company.externalId, said]]);
}
