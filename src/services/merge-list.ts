/** The merges behind a visitor, in force and undone, newest first. */
import { type Context, requireScope } from '../context.ts';
import type { Merge } from '../contract/merge.ts';
import type { PageQuery, Slice, SliceQuery, VisitorPage } from '../contract/page.ts';
import { fromWire, toWire, type Uuid, type VisitorId } from '../ids.ts';
import type { Sql } from '../infra/database.ts';
import { sql } from '../infra/sql.ts';
import { type MergeRow, toMerge } from './merge-row.ts';
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
export async function listMerges(ctx: Context, ref: string, query: PageQuery): Promise<VisitorPage<Merge>> {
  requireScope(ctx.caller, 'visitors:read');
  const { workspaceId } = ctx.caller;
  const found = await findVisitor(ctx.db, workspaceId, ref);
  const page = await readHistoryPage(query, mergeList(ctx.db, workspaceId), found.survivorId, toMerge);
  return { ...page, ...answeredBy(found, ref) };
}

/**
 * The same stretch of many visitors' merges, in the order of `visitorIds`.
 *
 * @throws {Forbidden} without `visitors:read`. @throws {Invalid}
 */
export async function mergesOf(
  ctx: Context,
  visitorIds: readonly VisitorId[],
  query: SliceQuery,
): Promise<Slice<Merge>[]> {
  requireScope(ctx.caller, 'visitors:read');
  return readHistorySlices(query, mergeList(ctx.db, ctx.caller.workspaceId), visitorIds, toMerge);
}

/** How many there are of each visitor, in the order of `visitorIds`. @throws {Forbidden} without `visitors:read`. */
export async function countMerges(ctx: Context, visitorIds: readonly VisitorId[]): Promise<number[]> {
  requireScope(ctx.caller, 'visitors:read');
  return countHistories(mergeList(ctx.db, ctx.caller.workspaceId), visitorIds);
}

/** Merges by their ids; unknown ones are missing, and those of whose people nobody is left. @throws {Forbidden} without `visitors:read`. */
export async function getMerges({ caller, db }: Context, ids: readonly string[]): Promise<Merge[]> {
  requireScope(caller, 'visitors:read');
  const uuids = ids.flatMap((id) => fromWire('merge', id) ?? []);
  const rows = await db.rows<MergeRow>(sql`/* merge.by_ids */
    SELECT m.* FROM merge m WHERE m.workspace_id = ${caller.workspaceId}::uuid AND m.id = ANY(${uuids}::uuid[])
      AND (m.erased_at IS NULL OR EXISTS (
        SELECT FROM record r
        WHERE r.workspace_id = m.workspace_id AND r.id IN (m.source_record_id, m.target_record_id) AND r.erased_at IS NULL
      ))`);
  return rows.map(toMerge);
}

function mergeList(db: Sql, workspaceId: Uuid): HistoryList<MergeRow & OfVisitor, TimedPosition> {
  const rows = sql`
    FROM merge m
    WHERE m.workspace_id = ${workspaceId}::uuid AND m.id IN (
      SELECT e.id FROM ${recordsOfEach(workspaceId)}
      JOIN merge e ON e.workspace_id = r.workspace_id AND e.source_record_id = r.id
      UNION ALL
      SELECT e.id FROM ${recordsOfEach(workspaceId)}
      JOIN merge e ON e.workspace_id = r.workspace_id AND e.target_record_id = r.id
    )`;
  return {
    count: (visitorIds) =>
      db.rows(sql`/* merge.count */
        SELECT v.id AS visitor_id, m.total
        FROM ${eachVisitor(visitorIds)}
        CROSS JOIN LATERAL (SELECT count(*)::int AS total ${rows}) m`),
    read(visitorIds, { after, skip, take }) {
      const behind = after ? sql`AND (m.created_at, m.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql``;
      return db.rows<MergeRow & OfVisitor>(sql`/* merge.list */
        SELECT v.id AS visitor_id, m.*
        FROM ${eachVisitor(visitorIds)}
        CROSS JOIN LATERAL (
          SELECT m.* ${rows} ${behind} ORDER BY m.created_at DESC, m.id DESC LIMIT ${take} OFFSET ${skip}
        ) m
        ORDER BY v.n, m.created_at DESC, m.id DESC`);
    },
    write: (row) => writeTimed(row.created_at, toWire('merge', row.id)),
    parse: (cursor) => parseTimed(cursor, (wire) => fromWire('merge', wire)),
  };
}
