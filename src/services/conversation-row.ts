/** From rows to conversations and messages as they are answered: the one place that knows what a visitor is told. */
import type { By, Caller } from '../context.ts';
import type { AuthorKind, Conversation, ConversationStatus, Message, MessageType } from '../contract/conversation.ts';
import { toWire, type Uuid } from '../ids.ts';
import { type Fragment, sql } from '../infra/sql.ts';

/** A message as it is kept. */
export interface MessageRow {
  readonly id: Uuid;
  readonly conversation_id: Uuid;
  readonly author: AuthorKind;
  readonly author_name: string | null;
  readonly by: By | null;
  readonly type: MessageType;
  readonly body: string;
  readonly sent_at: Date;
  readonly read_at: Date | null;
}

/** A conversation with its survivor and its newest message. */
export interface ConversationRow {
  readonly id: Uuid;
  readonly survivor_id: Uuid;
  readonly subject: string | null;
  readonly status: ConversationStatus;
  readonly created_at: Date;
  readonly by: By | null;
  readonly last_message_at: Date;
  readonly message_count: number;
  readonly unread_by_visitor: number;
  readonly unread_by_agents: number;
  readonly last_id: Uuid;
  readonly last_author: AuthorKind;
  readonly last_author_name: string | null;
  readonly last_by: By | null;
  readonly last_type: MessageType;
  readonly last_body: string;
  readonly last_sent_at: Date;
  readonly last_read_at: Date | null;
}

/** Columns of `c`, a conversation, and of `l`, its newest message. */
export const CONVERSATION_COLUMNS = sql`c.id, c.survivor_id, c.subject, c.status, c.created_at, c.by, c.last_message_at,
  c.message_count, c.unread_by_visitor, c.unread_by_agents, l.id AS last_id, l.author AS last_author,
  l.author_name AS last_author_name, l.by AS last_by, l.type AS last_type, l.body AS last_body,
  l.sent_at AS last_sent_at, l.read_at AS last_read_at`;

/** `l`: the newest message of each conversation `c`. */
export const WITH_NEWEST: Fragment = sql`CROSS JOIN LATERAL (
    SELECT m.* FROM message m
    WHERE m.workspace_id = c.workspace_id AND m.conversation_id = c.id
    ORDER BY m.sent_at DESC, m.id DESC
    LIMIT 1
  ) l`;

/** @param caller the one it is answered to: a visitor is not told which key wrote. */
export function toConversation(row: ConversationRow, caller: Pick<Caller, 'visitor'>): Conversation {
  const newest: MessageRow = {
    id: row.last_id,
    conversation_id: row.id,
    author: row.last_author,
    author_name: row.last_author_name,
    by: row.last_by,
    type: row.last_type,
    body: row.last_body,
    sent_at: row.last_sent_at,
    read_at: row.last_read_at,
  };
  return {
    id: toWire('conversation', row.id),
    visitorId: toWire('visitor', row.survivor_id),
    subject: row.subject,
    status: row.status,
    createdAt: row.created_at.toISOString(),
    lastMessageAt: row.last_message_at.toISOString(),
    messageCount: row.message_count,
    unread: { visitor: row.unread_by_visitor, agents: row.unread_by_agents },
    lastMessage: toMessage(newest, caller),
    by: told(row.by, caller),
  };
}

/** @param caller the one it is answered to. */
export function toMessage(row: MessageRow, caller: Pick<Caller, 'visitor'>): Message {
  return {
    id: toWire('message', row.id),
    conversationId: toWire('conversation', row.conversation_id),
    author: { kind: row.author, name: row.author_name, by: told(row.by, caller) },
    type: row.type,
    body: row.body,
    sentAt: row.sent_at.toISOString(),
    readAt: row.read_at?.toISOString() ?? null,
  };
}

function told(by: By | null, { visitor }: Pick<Caller, 'visitor'>): By | null {
  return visitor ? null : by;
}
