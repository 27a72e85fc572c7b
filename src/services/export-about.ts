/** What an export says of the person: identifiers, tags, notes, edits, holds, and who else exported them. */
import type { By } from '../context.ts';
import type { ExportedExport, ExportedHold, ExportedIdentifier, ExportedTag } from '../contract/export.ts';
import type { UndoConflict } from '../contract/merge.ts';
import type { Note } from '../contract/note.ts';
import { toWire, type Uuid } from '../ids.ts';
import { hot, sql } from '../infra/sql.ts';
import { FIRST_ID, inOrder, LAST_ID, mapped, newestFirst, recordsWith, type TimedRow } from './export-pages.ts';
import type { Person } from './export-person.ts';
import { type NoteRow, toNote } from './note-row.ts';

interface IdentifierRow {
  readonly kind: 'user' | 'anon';
  readonly value: string;
  readonly record_id: Uuid;
  readonly created_at: Date;
  readonly first_seen_at: Date | null;
  readonly last_seen_at: Date | null;
}

/** Identifiers, by record. */
export function exportedIdentifiers({ source, workspaceId, records }: Person): AsyncIterable<ExportedIdentifier[]> {
  const pages = inOrder<IdentifierRow>((last, take) =>
    source.db.rows(hot`/* export.identifiers */
      SELECT i.kind, i.value, i.record_id, r.created_at, r.first_seen_at, r.last_seen_at
      FROM identifier i
      JOIN record r ON r.workspace_id = i.workspace_id AND r.id = i.record_id
      WHERE i.workspace_id = ${workspaceId}::uuid AND i.record_id = ANY(${records}::uuid[])
        AND (i.record_id, i.kind, i.value) > (${last?.record_id ?? FIRST_ID}::uuid, ${last?.kind ?? ''}, ${last?.value ?? ''})
      ORDER BY i.record_id, i.kind, i.value
      LIMIT ${take}`),
  );
  return mapped(pages, (row) => ({
    kind: row.kind === 'user' ? 'userId' : 'anonymousId',
    value: row.value,
    visitorId: toWire('visitor', row.record_id),
    createdAt: row.created_at.toISOString(),
    firstSeenAt: row.first_seen_at?.toISOString() ?? null,
    lastSeenAt: row.last_seen_at?.toISOString() ?? null,
  }));
}

interface TagRow {
  readonly record_id: Uuid;
  readonly tag: string;
  readonly created_at: Date;
  readonly by: By;
}

/** Tags, by the record they were put on and then by their text. */
export function exportedTags({ source, workspaceId, records }: Person): AsyncIterable<ExportedTag[]> {
  const pages = inOrder<TagRow>((last, take) =>
    source.db.rows(hot`/* export.tags */
      SELECT t.record_id, t.tag, t.created_at, t.by
      FROM visitor_tag t
      WHERE t.workspace_id = ${workspaceId}::uuid AND t.record_id = ANY(${records}::uuid[])
        AND (t.record_id, t.tag) > (${last?.record_id ?? FIRST_ID}::uuid, ${last?.tag ?? ''})
      ORDER BY t.record_id, t.tag
      LIMIT ${take}`),
  );
  return mapped(pages, ({ tag, created_at, by }) => ({ tag, createdAt: created_at.toISOString(), by }));
}

/** Notes, newest first. */
export async function* exportedNotes(person: Person): AsyncGenerator<Note[]> {
  const { source, workspaceId, survivorId } = person;
  const records = await recordsWith(
    person,
    sql`/* export.with_notes */`,
    sql`note n WHERE n.workspace_id = ${workspaceId}::uuid AND n.record_id = r.id`,
  );
  const pages = newestFirst<NoteRow & TimedRow>(records, (recordId, { at, id }, take) =>
    source.db.rows(hot`/* export.notes */
      SELECT n.id, n.created_at, n.created_at AS at, n.body, n.by, n.updated_at, n.updated_by, ${survivorId}::uuid AS canonical_id
      FROM note n
      WHERE n.workspace_id = ${workspaceId}::uuid AND n.record_id = ${recordId}::uuid
        AND (n.created_at, n.id) < (${at}::timestamptz, ${id}::uuid)
      ORDER BY n.created_at DESC, n.id DESC
      LIMIT ${take}`),
  );
  yield* mapped(pages, toNote);
}

interface EditRow extends TimedRow {
  readonly record_id: Uuid;
  readonly field: string;
  readonly value: unknown;
  readonly by: By;
}

/** Edits by hand, newest first. */
export async function* exportedEdits(person: Person): AsyncGenerator<UndoConflict[]> {
  const { source, workspaceId } = person;
  const records = await recordsWith(
    person,
    sql`/* export.with_edits */`,
    sql`visitor_edit e WHERE e.workspace_id = ${workspaceId}::uuid AND e.record_id = r.id`,
  );
  const pages = newestFirst<EditRow>(records, (recordId, { at, id }, take) =>
    source.db.rows(hot`/* export.edits */
      SELECT e.id, e.edited_at AS at, e.record_id, e.field, e.value, e.by
      FROM visitor_edit e
      WHERE e.workspace_id = ${workspaceId}::uuid AND e.record_id = ${recordId}::uuid
        AND (e.edited_at, e.id) < (${at}::timestamptz, ${id}::uuid)
      ORDER BY e.edited_at DESC, e.id DESC
      LIMIT ${take}`),
  );
  yield* mapped(pages, (row) => ({
    field: row.field,
    value: row.value,
    editedAt: row.at.toISOString(),
    by: row.by,
    visitorId: toWire('visitor', row.record_id),
  }));
}

/** Legal holds, by record. */
export async function* exportedHolds({ source, workspaceId, records }: Person): AsyncGenerator<ExportedHold[]> {
  const rows = await source.db.rows<{ placed_at: Date; by: By }>(hot`/* export.holds */
    SELECT h.placed_at, h.by FROM legal_hold h
    WHERE h.workspace_id = ${workspaceId}::uuid AND h.record_id = ANY(${records}::uuid[])
    ORDER BY h.record_id`);
  yield rows.map(({ placed_at, by }) => ({ placedAt: placed_at.toISOString(), by }));
}

interface ExportRow {
  readonly id: Uuid;
  readonly format: ExportedExport['format'];
  readonly created_at: Date;
  readonly by: By;
}

/** Exports that were made before, and this one. */
export function exportedExports({ source, workspaceId, records }: Person): AsyncIterable<ExportedExport[]> {
  const pages = inOrder<ExportRow>((last, take) =>
    source.db.rows(hot`/* export.exports */
      SELECT x.id, x.format, x.created_at, x.by FROM visitor_export x
      WHERE x.workspace_id = ${workspaceId}::uuid AND x.record_id = ANY(${records}::uuid[])
        AND x.id < ${last?.id ?? LAST_ID}::uuid
      ORDER BY x.id DESC
      LIMIT ${take}`),
  );
  return mapped(pages, ({ format, created_at, by }) => ({ format, createdAt: created_at.toISOString(), by }));
}
