/** The merges behind a visitor, in force and undone, newest first. */
import { type Context, requireScope } from '../context.ts';
import type { Merge } from '../contract/merge.ts';
import type { PageQuery, VisitorPage } from '../contract/page.ts';
import { fromWire, toWire, type Uuid } from '../ids.ts';
import type { Sql } from '../infra/database.ts';
import { sql } from '../infra/sql.ts';
import { type MergeRow, toMerge } from './merge-row.ts';
import { type PagedList, readPage } from './page-read.ts';
import { parseTimed, type TimedPosition, writeTimed } from './position.ts';
import { answeredBy, findVisitor } from './visitor-ref.ts';

/** @param ref `vis_…`, `user:…` or `anon:…`. @throws {Forbidden} without `visitors:read`. @throws {NotFound} @throws {Invalid} */
export async function listMerges(ctx: Context, ref: string, query: PageQuery): Promise<VisitorPage<Merge>> {
  requireScope(ctx.caller, 'visitors:read');
  const { workspaceId } = ctx.caller;
  const found = await findVisitor(ctx.db, workspaceId, ref);
  const page = await readPage(query, mergeList(ctx.db, workspaceId, found.survivorId), toMerge);
  return { ...page, ...answeredBy(found, ref) };
}

function mergeList(db: Sql, workspaceId: Uuid, survivorId: Uuid): PagedList<MergeRow, TimedPosition> {
  const rows = sql`
    FROM merge m
    WHERE m.workspace_id = ${workspaceId}::uuid AND m.id IN (
      SELECT e.id FROM record r
      JOIN merge e ON e.workspace_id = r.workspace_id AND e.source_record_id = r.id
      WHERE r.workspace_id = ${workspaceId}::uuid AND r.canonical_id = ${survivorId}::uuid
      UNION ALL
      SELECT e.id FROM record r
      JOIN merge e ON e.workspace_id = r.workspace_id AND e.target_record_id = r.id
      WHERE r.workspace_id = ${workspaceId}::uuid AND r.canonical_id = ${survivorId}::uuid
    )`;
  return {
    async count() {
      const [row] = await db.rows<{ total: number }>(sql`/* merge.count */ SELECT count(*)::int AS total ${rows}`);
      return row?.total ?? 0;
    },
    read({ after, skip, take }) {
      const behind = after ? sql`AND (m.created_at, m.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql``;
      return db.rows<MergeRow>(sql`/* merge.list */
        SELECT m.* ${rows} ${behind} ORDER BY m.created_at DESC, m.id DESC LIMIT ${take} OFFSET ${skip}`);
    },
    write: (row) => writeTimed(row.created_at, toWire('merge', row.id)),
    parse: (cursor) => parseTimed(cursor, (wire) => fromWire('merge', wire)),
  };
}
