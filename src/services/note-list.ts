/** The notes about a visitor, of all their records, newest first. */
import { type Context, requireScope } from '../context.ts';
import type { Note } from '../contract/note.ts';
import type { PageQuery, Slice, SliceQuery, VisitorPage } from '../contract/page.ts';
import { fromWire, toWire, type Uuid, type VisitorId } from '../ids.ts';
import type { Sql } from '../infra/database.ts';
import { sql } from '../infra/sql.ts';
import { type NoteRow, toNote } from './note-row.ts';
import { parseTimed, type TimedPosition, writeTimed } from './position.ts';
import {
  countHistories,
  eachVisitor,
  type HistoryList,
  type OfVisitor,
  readHistoryPage,
  readHistorySlices,
  recordsOfEach,
} from './visitor-history.ts';
import { answeredBy, findVisitor } from './visitor-ref.ts';

/** @param ref `vis_…`, `user:…` or `anon:…`. @throws {Forbidden} without `visitors:read`. @throws {NotFound} @throws {Invalid} */
export async function listNotes(ctx: Context, ref: string, query: PageQuery): Promise<VisitorPage<Note>> {
  requireScope(ctx.caller, 'visitors:read');
  const { workspaceId } = ctx.caller;
  const found = await findVisitor(ctx.db, workspaceId, ref);
  const page = await readHistoryPage(query, noteList(ctx.db, workspaceId), found.survivorId, toNote);
  return { ...page, ...answeredBy(found, ref) };
}

/**
 * The same stretch of the notes about many visitors, in the order of `visitorIds`.
 *
 * @throws {Forbidden} without `visitors:read`. @throws {Invalid}
 */
export async function notesOf(
  ctx: Context,
  visitorIds: readonly VisitorId[],
  query: SliceQuery,
): Promise<Slice<Note>[]> {
  requireScope(ctx.caller, 'visitors:read');
  return readHistorySlices(query, noteList(ctx.db, ctx.caller.workspaceId), visitorIds, toNote);
}

/** How many there are about each visitor, in the order of `visitorIds`. @throws {Forbidden} without `visitors:read`. */
export async function countNotes(ctx: Context, visitorIds: readonly VisitorId[]): Promise<number[]> {
  requireScope(ctx.caller, 'visitors:read');
  return countHistories(noteList(ctx.db, ctx.caller.workspaceId), visitorIds);
}

/** Notes by their ids; unknown ones are missing. @throws {Forbidden} without `visitors:read`. */
export async function getNotes({ caller, db }: Context, ids: readonly string[]): Promise<Note[]> {
  requireScope(caller, 'visitors:read');
  const uuids = ids.flatMap((id) => fromWire('note', id) ?? []);
  const rows = await db.rows<NoteRow>(sql`/* note.by_ids */
    SELECT n.*, r.canonical_id
    FROM note n
    JOIN record r ON r.workspace_id = n.workspace_id AND r.id = n.record_id
    WHERE n.workspace_id = ${caller.workspaceId}::uuid AND n.id = ANY(${uuids}::uuid[])`);
  return rows.map(toNote);
}

function noteList(db: Sql, workspaceId: Uuid): HistoryList<NoteRow & OfVisitor, TimedPosition> {
  return {
    count: (visitorIds) =>
      db.rows(sql`/* note.count */
        SELECT v.id AS visitor_id, n.total
        FROM ${eachVisitor(visitorIds)}
        CROSS JOIN LATERAL (
          SELECT count(*)::int AS total
          FROM ${recordsOfEach(workspaceId)}
          JOIN note n ON n.workspace_id = r.workspace_id AND n.record_id = r.id
        ) n`),
    read(visitorIds, { after, skip, take }) {
      const behind = after ? sql`AND (n.created_at, n.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql``;
      // One index scan per record, each as long as the page may need; merged, then cut.
      return db.rows<NoteRow & OfVisitor>(sql`/* note.list */
        SELECT v.id AS visitor_id, n.*
        FROM ${eachVisitor(visitorIds)}
        CROSS JOIN LATERAL (
          SELECT n.*, r.canonical_id
          FROM ${recordsOfEach(workspaceId)}
          CROSS JOIN LATERAL (
            SELECT n.* FROM note n
            WHERE n.workspace_id = r.workspace_id AND n.record_id = r.id ${behind}
            ORDER BY n.created_at DESC, n.id DESC
            LIMIT ${skip + take}
          ) n
          ORDER BY n.created_at DESC, n.id DESC
          LIMIT ${take} OFFSET ${skip}
        ) n
        ORDER BY v.n, n.created_at DESC, n.id DESC`);
    },
    write: (row) => writeTimed(row.created_at, toWire('note', row.id)),
    parse: (cursor) => parseTimed(cursor, (wire) => fromWire('note', wire)),
  };
}
