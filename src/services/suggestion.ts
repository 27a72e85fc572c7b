/** Suggested merges: a list to decide on, and dismissing one for good. */
import { type Context, requireScope } from '../context.ts';
import type { Page, PageQuery } from '../contract/page.ts';
import type { Suggestion } from '../contract/suggestion.ts';
import { NotFound } from '../errors.ts';
import { fromWire, toWire, type Uuid } from '../ids.ts';
import type { Sql } from '../infra/database.ts';
import { sql } from '../infra/sql.ts';
import { type PagedList, readPage } from './page-read.ts';
import { parseTimed, type TimedPosition, writeTimed } from './position.ts';

interface SuggestionRow {
  id: Uuid;
  reason: Suggestion['reason'];
  source: Uuid;
  target: Uuid;
  created_at: Date;
}

/** Open suggestions between people who are still two, newest first. @throws {Forbidden} without `visitors:read`. */
export async function listSuggestions(ctx: Context, query: PageQuery): Promise<Page<Suggestion>> {
  requireScope(ctx.caller, 'visitors:read');
  return readPage(query, suggestionList(ctx.db, ctx.caller.workspaceId), toSuggestion);
}

/** It will not be suggested again. @throws {Forbidden} without `visitors:write`. @throws {NotFound} */
export async function dismissSuggestion({ caller, db, clock }: Context, suggestionId: string): Promise<void> {
  requireScope(caller, 'visitors:write');
  const id = fromWire('suggestion', suggestionId);
  const dismissed = await db.run(sql`/* suggestion.dismiss */
    UPDATE merge_suggestion SET dismissed_at = ${clock.now().toISOString()}::timestamptz
    WHERE workspace_id = ${caller.workspaceId}::uuid AND id = ${id}::uuid AND dismissed_at IS NULL`);
  if (dismissed === 0) throw new NotFound('There is no such suggestion.');
}

function suggestionList(db: Sql, workspaceId: Uuid): PagedList<SuggestionRow, TimedPosition> {
  const open = sql`
    FROM merge_suggestion g
    JOIN record s ON s.workspace_id = g.workspace_id AND s.id = g.source_record_id
    JOIN record t ON t.workspace_id = g.workspace_id AND t.id = g.target_record_id
    WHERE g.workspace_id = ${workspaceId}::uuid AND g.dismissed_at IS NULL AND s.canonical_id <> t.canonical_id`;
  return {
    async count() {
      const [row] = await db.rows<{ total: number }>(sql`/* suggestion.count */ SELECT count(*)::int AS total ${open}`);
      return row?.total ?? 0;
    },
    read({ after, skip, take }) {
      const behind = after ? sql`AND (g.created_at, g.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql``;
      return db.rows<SuggestionRow>(sql`/* suggestion.list */
        SELECT g.id, g.reason, g.created_at, s.canonical_id AS source, t.canonical_id AS target ${open} ${behind}
        ORDER BY g.created_at DESC, g.id DESC
        LIMIT ${take} OFFSET ${skip}`);
    },
    write: (row) => writeTimed(row.created_at, toWire('suggestion', row.id)),
    parse: (cursor) => parseTimed(cursor, (wire) => fromWire('suggestion', wire)),
  };
}

function toSuggestion(row: SuggestionRow): Suggestion {
  return {
    id: toWire('suggestion', row.id),
    reason: row.reason,
    sourceVisitorId: toWire('visitor', row.source),
    targetVisitorId: toWire('visitor', row.target),
    createdAt: row.created_at.toISOString(),
  };
}
