/** Lists of conversations: of a workspace, of single records, of many visitors. Whoever had the newest message is first. */
import type { ConversationStatus } from '../contract/conversation.ts';
import { fromWire, toWire, type Uuid } from '../ids.ts';
import type { Sql } from '../infra/database.ts';
import { type Fragment, sql } from '../infra/sql.ts';
import { type Reach, within } from './conversation-reach.ts';
import { CONVERSATION_COLUMNS, type ConversationRow, WITH_NEWEST } from './conversation-row.ts';
import type { PagedList, Positions } from './page-read.ts';
import { parseTimed, type TimedPosition, writeTimed } from './position.ts';
import { eachVisitor, type HistoryList, type OfVisitor, recordsOfEach } from './visitor-history.ts';

/** Which conversations of a workspace. */
export interface WhichConversations {
  readonly workspaceId: Uuid;
  readonly status?: ConversationStatus | undefined;
  /** Of the side that asks. */
  readonly unread?: boolean | undefined;
  readonly side: 'visitor' | 'agents';
  /** The records they may be kept by. */
  readonly reach: Reach;
  /** The person they belong to. */
  readonly survivorId?: Uuid | undefined;
}

const positions: Positions<ConversationRow, TimedPosition> = {
  write: (row) => writeTimed(row.last_message_at, toWire('conversation', row.id)),
  parse: (cursor) => parseTimed(cursor, (wire) => fromWire('conversation', wire)),
};

/** Newest activity first. */
export function conversationList(db: Sql, which: WhichConversations): PagedList<ConversationRow, TimedPosition> {
  const { workspaceId } = which;
  const conditions = conditionsOf(which);
  // Few records are known: one index scan each, as long as the page may need. Else one scan of the workspace's index.
  const kept = keptBy(which);
  return {
    async count() {
      const own = sql`SELECT count(*) AS n FROM conversation c WHERE c.workspace_id = ${workspaceId}::uuid ${conditions}`;
      const [row] = await db.rows<{ total: number }>(
        kept
          ? sql`/* conversation.count_of_records */
            SELECT coalesce(sum(c.n), 0)::int AS total FROM record r
            CROSS JOIN LATERAL (${own} AND c.record_id = r.id) c
            WHERE ${kept}`
          : sql`/* conversation.count */ SELECT c.n::int AS total FROM (${own}) c`,
      );
      return row?.total ?? 0;
    },
    read({ after, skip, take }) {
      const newest = sql`${conditions} ${behind(after)} ORDER BY c.last_message_at DESC, c.id DESC`;
      const page = kept
        ? sql`SELECT c.*, r.canonical_id AS survivor_id FROM record r CROSS JOIN LATERAL (
            SELECT c.* FROM conversation c
            WHERE c.workspace_id = r.workspace_id AND c.record_id = r.id ${newest} LIMIT ${skip + take}
          ) c
          WHERE ${kept} ORDER BY c.last_message_at DESC, c.id DESC`
        : sql`SELECT c.*, r.canonical_id AS survivor_id FROM conversation c
          JOIN record r ON r.workspace_id = c.workspace_id AND r.id = c.record_id AND r.erased_at IS NULL
          WHERE c.workspace_id = ${workspaceId}::uuid ${newest}`;
      return db.rows<ConversationRow>(sql`/* conversation.list */
        WITH c AS MATERIALIZED (${page} LIMIT ${take} OFFSET ${skip})
        SELECT ${CONVERSATION_COLUMNS} FROM c ${WITH_NEWEST}
        ORDER BY c.last_message_at DESC, c.id DESC`);
    },
    ...positions,
  };
}

/** Of many visitors at once, each newest activity first. */
export function visitorConversationList(
  db: Sql,
  workspaceId: Uuid,
): HistoryList<ConversationRow & OfVisitor, TimedPosition> {
  return {
    count: (visitorIds) =>
      db.rows(sql`/* conversation.count_of_visitors */
        SELECT v.id AS visitor_id, a.conversation_count AS total
        FROM ${eachVisitor(visitorIds)}
        JOIN record o ON o.workspace_id = ${workspaceId}::uuid AND o.id = v.id
        JOIN profile_activity a ON a.workspace_id = o.workspace_id AND a.id = o.canonical_id`),
    read: (visitorIds, { after, skip, take }) =>
      db.rows<ConversationRow & OfVisitor>(sql`/* conversation.list_of_visitors */
        WITH c AS MATERIALIZED (
          SELECT v.id AS visitor_id, v.n, c.*
          FROM ${eachVisitor(visitorIds)}
          CROSS JOIN LATERAL (
            SELECT c.*, r.canonical_id AS survivor_id
            FROM ${recordsOfEach(workspaceId)}
            CROSS JOIN LATERAL (
              SELECT c.* FROM conversation c
              WHERE c.workspace_id = r.workspace_id AND c.record_id = r.id ${behind(after)}
              ORDER BY c.last_message_at DESC, c.id DESC
              LIMIT ${skip + take}
            ) c
            WHERE r.erased_at IS NULL
            ORDER BY c.last_message_at DESC, c.id DESC
            LIMIT ${take} OFFSET ${skip}
          ) c
        )
        SELECT c.visitor_id, ${CONVERSATION_COLUMNS} FROM c ${WITH_NEWEST}
        ORDER BY c.n, c.last_message_at DESC, c.id DESC`),
    ...positions,
  };
}

function behind(after: TimedPosition | undefined): Fragment {
  return after ? sql`AND (c.last_message_at, c.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql``;
}

function conditionsOf({ status, unread, side }: WhichConversations): Fragment {
  const ofStatus = status === undefined ? sql`` : sql`AND c.status = ${status}`;
  if (unread === undefined) return ofStatus;
  const count = side === 'visitor' ? sql`c.unread_by_visitor` : sql`c.unread_by_agents`;
  return unread ? sql`${ofStatus} AND ${count} > 0` : sql`${ofStatus} AND ${count} = 0`;
}

/** The condition on `r` that only a few records meet; null when none is known. */
function keptBy({ workspaceId, reach, survivorId }: WhichConversations): Fragment | null {
  if (reach === null && survivorId === undefined) return null;
  const ofPerson = survivorId === undefined ? sql`` : sql`AND r.canonical_id = ${survivorId}::uuid`;
  return sql`r.workspace_id = ${workspaceId}::uuid AND ${within(reach)} ${ofPerson}`;
}
