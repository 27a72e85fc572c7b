/** Notes as they are answered. */
import type { By } from '../context.ts';
import type { Note } from '../contract/note.ts';
import { toWire, type Uuid } from '../ids.ts';

/** A row of `note`, with the survivor of its record. */
export interface NoteRow {
  readonly id: Uuid;
  readonly canonical_id: Uuid;
  readonly body: string;
  readonly created_at: Date;
  readonly by: By;
  readonly updated_at: Date | null;
  readonly updated_by: By | null;
}

/** The shape callers see. */
export function toNote(row: NoteRow): Note {
  return {
    id: toWire('note', row.id),
    visitorId: toWire('visitor', row.canonical_id),
    body: row.body,
    createdAt: row.created_at.toISOString(),
    by: row.by,
    updatedAt: row.updated_at?.toISOString() ?? null,
    updatedBy: row.updated_by,
  };
}
