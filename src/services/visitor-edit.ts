/** Edits a visitor by hand. The edit is kept by the survivor it was made on, with its author, and wins by its date. */
import { type By, type Context, requireScope } from '../context.ts';
import type { VisitorEdit } from '../contract/visitor.ts';
import { Invalid, PreconditionFailed } from '../errors.ts';
import type { Uuid } from '../ids.ts';
import { type NormalisedEdit, normaliseEdit } from '../ingest/normalise-edit.ts';
import { type CompanyMentions, writeCompanies } from './company-write.ts';
import { foldIntoProfiles, lockProfileRegisters } from './profile-write.ts';
import { lockRecords, writeRegisters } from './record.ts';
import { after, fold, keepNewest, type Registers, stamp } from './register.ts';
import { Registry, Vocabulary } from './registry-write.ts';
import { etagOf, readReply, type VisitorReply } from './visitor.ts';
import { findVisitor } from './visitor-ref.ts';
import { readVisitors, toVisitor } from './visitor-row.ts';
import { inWork, type Work } from './work.ts';

/**
 * Changes what `edit` names; null removes; the rest stays.
 *
 * @param ifMatch an ETag (or several, or `*`): the edit is made only on exactly that state.
 * @throws {Forbidden} without `visitors:write`. @throws {NotFound} @throws {Invalid} @throws {PreconditionFailed}
 */
export async function editVisitor(
  ctx: Context,
  ref: string,
  edit: VisitorEdit,
  ifMatch?: string,
): Promise<VisitorReply> {
  requireScope(ctx.caller, 'visitors:write');
  const normalised = normaliseEdit(edit);
  if ('faults' in normalised) throw new Invalid('The edit cannot be made.', normalised.faults);
  const { workspaceId } = ctx.caller;
  const named = await inWork(ctx, workspaceId, async (work) => {
    await writeCompanies(work, editedCompanies(work, normalised, ctx.caller.by));
    const found = await lockSurvivor(work, ref);
    if (ifMatch !== undefined) await requireMatch(work, found.survivorId, ifMatch);
    await write(work, ctx, found.survivorId, found.registers, normalised);
    return found;
  });
  return readReply(ctx, named.recordId, named.survivorId, ref);
}

/** Finds and locks; a survivor that was merged away in between is looked up again. */
async function lockSurvivor(
  work: Work,
  ref: string,
): Promise<{ recordId: Uuid; survivorId: Uuid; registers: Registers }> {
  for (;;) {
    const found = await findVisitor(work.tx, work.workspaceId, ref);
    const locked = (await lockRecords(work, [found.survivorId], [found.survivorId])).get(found.survivorId);
    if (locked?.canonicalId === found.survivorId) return { ...found, registers: locked.registers };
  }
}

async function requireMatch(work: Work, survivorId: Uuid, ifMatch: string): Promise<void> {
  const [row] = await readVisitors(work.tx, work.workspaceId, [survivorId], work.now);
  const wanted = ifMatch.split(',').map((etag) => etag.trim());
  if (row && (wanted.includes('*') || wanted.includes(etagOf(toVisitor(row, work.now))))) return;
  throw new PreconditionFailed('The visitor was changed since it was read. Read it again and repeat the edit on that.');
}

async function write(work: Work, { caller }: Context, survivorId: Uuid, registers: Registers, edit: NormalisedEdit) {
  const present = (await lockProfileRegisters(work, [survivorId])).get(survivorId) ?? {};
  const replaced = Object.fromEntries(Object.entries(present).filter(([key]) => key in edit.values));
  const timestamp = after(work.now, replaced);
  const edited = stamp(edit.values, { timestamp, messageId: work.ids.uuid(), by: caller.by });
  await writeRegisters(work, new Map([[survivorId, keepNewest(fold(registers, edited))]]));
  await foldIntoProfiles(work, new Map([[survivorId, edited]]));
  const words = new Vocabulary();
  words.addAttributes('visitor', edit.values);
  if (edit.company) words.addAttributes('company', edit.company.values);
  // Edits are rare, so nothing is remembered of what they named.
  await new Registry().write(work, words);
}

/** The companies that an edit names, with what it says of them. */
export function editedCompanies(work: Work, { company }: Pick<NormalisedEdit, 'company'>, by: By): CompanyMentions {
  if (!company) return new Map();
  const said = stamp(company.values, { timestamp: work.now.getTime(), messageId: work.ids.uuid(), by });
  return new Map([[company.externalId, said]]);
}
