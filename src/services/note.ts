/** Writes notes about a visitor. Each is kept by the survivor it was written on, and stays with that record for good. */
import { type Context, requireScope } from '../context.ts';
import type { Note, NoteBody } from '../contract/note.ts';
import { InvalidValue, NotFound } from '../errors.ts';
import { fromWire, type Uuid, type VisitorId } from '../ids.ts';
import { hot } from '../infra/sql.ts';
import { MAX_NOTE_BYTES } from '../limits.ts';
import { type NoteRow, toNote } from './note-row.ts';
import { lockSurvivor, repeatMoved } from './survivor-lock.ts';
import { answeredBy } from './visitor-ref.ts';
import { inWork, type Work } from './work.ts';

/** A note, and by which id its visitor was found. */
export interface NoteReply {
  readonly note: Note;
  /** The survivor. */
  readonly visitorId: VisitorId;
  /** The id that was asked for, when it was merged into this visitor. */
  readonly redirectedFrom: VisitorId | null;
}

/**
 * Writes a note, as it is: only NUL and half characters were taken out at the door.
 *
 * @throws {Forbidden} without `visitors:write`. @throws {NotFound}
 * @throws {InvalidValue} `missing_field`, `value_too_long`
 */
export async function addNote(ctx: Context, ref: string, { body }: NoteBody): Promise<NoteReply> {
  requireScope(ctx.caller, 'visitors:write');
  requireBody(body);
  return changeNotes(ctx, ref, (work, survivorId) =>
    work.tx.rows(hot`/* note.add */
      INSERT INTO note (workspace_id, id, record_id, body, created_at, by)
      VALUES (${work.workspaceId}::uuid, ${work.ids.uuid()}::uuid, ${survivorId}::uuid, ${body},
        ${work.now.toISOString()}::timestamptz, ${JSON.stringify(ctx.caller.by)}::jsonb)
      RETURNING *, record_id AS canonical_id`),
  );
}

/**
 * Writes a note anew; when it was first written, and by whom, stays.
 *
 * @throws {Forbidden} without `visitors:write`. @throws {NotFound} also for a note of another visitor.
 * @throws {InvalidValue} `missing_field`, `value_too_long`
 */
export async function updateNote(ctx: Context, ref: string, noteId: string, { body }: NoteBody): Promise<NoteReply> {
  requireScope(ctx.caller, 'visitors:write');
  requireBody(body);
  const id = fromWire('note', noteId);
  return changeNotes(ctx, ref, (work, survivorId) =>
    work.tx.rows(hot`/* note.update */
      UPDATE note n SET body = ${body}, updated_at = ${work.now.toISOString()}::timestamptz,
        updated_by = ${JSON.stringify(ctx.caller.by)}::jsonb
      FROM record r
      WHERE n.workspace_id = ${work.workspaceId}::uuid AND n.id = ${id}::uuid
        AND r.workspace_id = n.workspace_id AND r.id = n.record_id AND r.canonical_id = ${survivorId}::uuid
      RETURNING n.*, r.canonical_id`),
  );
}

/** @throws {Forbidden} without `visitors:write`. @throws {NotFound} also for a note of another visitor. */
export async function deleteNote(ctx: Context, ref: string, noteId: string): Promise<void> {
  requireScope(ctx.caller, 'visitors:write');
  const id = fromWire('note', noteId);
  await changeNotes(ctx, ref, (work, survivorId) =>
    work.tx.rows(hot`/* note.delete */
      DELETE FROM note n USING record r
      WHERE n.workspace_id = ${work.workspaceId}::uuid AND n.id = ${id}::uuid
        AND r.workspace_id = n.workspace_id AND r.id = n.record_id AND r.canonical_id = ${survivorId}::uuid
      RETURNING n.*, r.canonical_id`),
  );
}

function requireBody(body: string): void {
  const refuse = (code: string, detail: string, limit?: number) =>
    new InvalidValue(code, 'The note cannot be kept.', [{ pointer: '/body', detail }], limit);
  if (body.trim() === '') throw refuse('missing_field', 'may not be blank');
  if (Buffer.byteLength(body) <= MAX_NOTE_BYTES) return;
  throw refuse('value_too_long', `at most ${MAX_NOTE_BYTES} bytes`, MAX_NOTE_BYTES);
}

/** Under the survivor's lock, so that no note is written about somebody who is merged or erased at that moment. */
function changeNotes(
  ctx: Context,
  ref: string,
  change: (work: Work, survivorId: Uuid) => Promise<NoteRow[]>,
): Promise<NoteReply> {
  return repeatMoved(() =>
    inWork(ctx, ctx.caller.workspaceId, async (work) => {
      const found = await lockSurvivor(work, ref);
      const [row] = await change(work, found.survivorId);
      if (!row) throw new NotFound('There is no such note about this visitor.');
      return { note: toNote(row), ...answeredBy(found, ref) };
    }),
  );
}
