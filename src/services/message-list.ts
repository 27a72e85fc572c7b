/** How the messages of conversations are read: by time, many conversations in one statement. */
import type { MessageOrder } from '../contract/conversation.ts';
import { fromWire, toWire, type Uuid } from '../ids.ts';
import type { Sql } from '../infra/database.ts';
import { sql } from '../infra/sql.ts';
import { type Reach, within } from './conversation-reach.ts';
import type { MessageRow } from './conversation-row.ts';
import type { Positions, Window } from './page-read.ts';
import { parseTimed, type TimedPosition, writeTimed } from './position.ts';

/** Which messages, and in which order. */
export interface WhichMessages {
  readonly workspaceId: Uuid;
  readonly order: MessageOrder;
  /** The records that keep their conversations. */
  readonly reach: Reach;
}

/** The messages of conversations. A cursor leads on in the order that is asked for. */
export interface MessageList extends Positions<MessageRow, TimedPosition> {
  /** Messages in a whole conversation. */
  count(conversationId: Uuid): Promise<number>;
  /** The window of each conversation's messages, each in its order. */
  read(conversationIds: readonly Uuid[], window: Window<TimedPosition>): Promise<MessageRow[]>;
}

/** By time. */
export function messageList(db: Sql, { workspaceId, order, reach }: WhichMessages): MessageList {
  const isAscending = order === 'asc';
  const direction = isAscending ? sql`ASC` : sql`DESC`;
  return {
    async count(conversationId) {
      const [row] = await db.rows<{ total: number }>(sql`/* message.count */
        SELECT message_count AS total FROM conversation
        WHERE workspace_id = ${workspaceId}::uuid AND id = ${conversationId}::uuid`);
      return row?.total ?? 0;
    },
    read(conversationIds, { after, skip, take }) {
      const compare = isAscending ? sql`>` : sql`<`;
      const behind = after
        ? sql`AND (m.sent_at, m.id) ${compare} (${after[0]}::timestamptz, ${after[1]}::uuid)`
        : sql``;
      return db.rows<MessageRow>(sql`/* message.list */
        SELECT m.*
        FROM unnest(${conversationIds}::uuid[]) WITH ORDINALITY AS w(id, n)
        JOIN conversation c ON c.workspace_id = ${workspaceId}::uuid AND c.id = w.id
        JOIN record r ON r.workspace_id = c.workspace_id AND r.id = c.record_id AND ${within(reach)}
        CROSS JOIN LATERAL (
          SELECT m.* FROM message m
          WHERE m.workspace_id = c.workspace_id AND m.conversation_id = c.id ${behind}
          ORDER BY m.sent_at ${direction}, m.id ${direction}
          LIMIT ${take} OFFSET ${skip}
        ) m
        ORDER BY w.n, m.sent_at ${direction}, m.id ${direction}`);
    },
    write: (row) => writeTimed(row.sent_at, toWire('message', row.id)),
    parse: (cursor) => parseTimed(cursor, (wire) => fromWire('message', wire)),
  };
}
