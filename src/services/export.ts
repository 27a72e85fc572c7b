/** Exporting a person: a file that is written while it is sent, and a note of who asked for it. */
import { type Context, requireScope } from '../context.ts';
import type { ExportFormat } from '../contract/export.ts';
import { NotFound } from '../errors.ts';
import type { Uuid, VisitorId } from '../ids.ts';
import { exportAsCsv } from './export-csv.ts';
import { exportAsJson } from './export-json.ts';
import { noteExport } from './export-note.ts';
import { openPerson, type Person } from './export-person.ts';
import { findVisitor, redirection } from './visitor-ref.ts';

/** A file that is still to be written. */
export interface ExportFile {
  /** Says whom it is about by their id alone. */
  readonly name: string;
  /** Its media type. */
  readonly type: string;
  /** Read once. Ends in the middle, with an error, when the person is erased or anonymized meanwhile. */
  readonly body: AsyncIterable<string | Uint8Array>;
}

/** A file, and whose it is. */
export interface ExportReply {
  readonly file: ExportFile;
  readonly visitorId: VisitorId;
  /** The id that was asked for, when it was merged into this visitor. */
  readonly redirectedFrom: VisitorId | null;
}

/** A person that was found by a name. */
export interface NamedPerson {
  readonly person: Person;
  readonly survivorId: Uuid;
  readonly redirectedFrom: VisitorId | null;
}

/**
 * Everything that is stored about a person.
 *
 * @param ref `vis_…`, `user:…` or `anon:…`. @throws {Forbidden} without `privacy:write`. @throws {NotFound}
 */
export async function exportVisitor(ctx: Context, ref: string, format: ExportFormat): Promise<ExportReply> {
  requireScope(ctx.caller, 'privacy:write');
  const { person, survivorId, redirectedFrom } = await findPerson(ctx, ref);
  await noteExport(ctx, survivorId, { format });
  return { file: fileOf(person, format, redirectedFrom), visitorId: person.visitor.id, redirectedFrom };
}

/** @throws {NotFound} */
export async function findPerson(ctx: Context, ref: string): Promise<NamedPerson> {
  const { workspaceId } = ctx.caller;
  let before: Uuid | undefined;
  for (;;) {
    const found = await findVisitor(ctx.db, workspaceId, ref);
    const { survivorId } = found;
    const person = await openPerson(ctx, workspaceId, survivorId);
    if (person) return { person, survivorId, redirectedFrom: redirection(found, ref) };
    // Merged between the two statements: then another one answers.
    if (before === survivorId) throw new NotFound('There is no such visitor.');
    before = survivorId;
  }
}

/** @param redirectedFrom the id that was asked for, when it was merged away. */
export function fileOf(person: Person, format: ExportFormat, redirectedFrom: VisitorId | null = null): ExportFile {
  const name = `visitor-${person.visitor.id}`;
  if (format === 'csv') return { name: `${name}.zip`, type: 'application/zip', body: exportAsCsv(person) };
  const type = 'application/json; charset=utf-8';
  return { name: `${name}.json`, type, body: exportAsJson(person, redirectedFrom) };
}
