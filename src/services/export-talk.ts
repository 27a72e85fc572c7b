/** What an export says of a person's conversations: each with all its messages, however many. */
import type { Message } from '../contract/conversation.ts';
import type { ExportedConversation } from '../contract/export.ts';
import { toWire, type Uuid } from '../ids.ts';
import { hot } from '../infra/sql.ts';
import { EXPORT_PAGE_ROWS } from '../limits.ts';
import { type ConversationRow, type MessageRow, toMessage } from './conversation-row.ts';
import { inOrder } from './export-pages.ts';
import type { Person } from './export-person.ts';

/** A conversation whose messages come in pages of their own. */
export interface ConversationHead extends Omit<ExportedConversation, 'messages'> {
  readonly messages: AsyncIterable<readonly Message[]>;
}

type HeadRow = Omit<ConversationRow, 'survivor_id' | `last_${string}`> & Pick<ConversationRow, 'last_message_at'>;

/** Whoever exports sees what agents see. */
const AGENTS = { visitor: undefined };

/** Conversations whose first messages are read together, and of each how many: one page in all. */
const TOGETHER = 25;
const FIRST_MESSAGES = Math.floor(EXPORT_PAGE_ROWS / TOGETHER);

/**
 * Conversations, the newest first. Which there are is read at once: what they are listed by moves with each message, and
 * one that is written in meanwhile must not be missed.
 */
export async function* exportedConversations(person: Person): AsyncGenerator<ConversationHead[]> {
  const { source, workspaceId, records } = person;
  const ids = await source.db.rows<{ id: Uuid }>(hot`/* export.conversation_ids */
    SELECT c.id FROM conversation c
    WHERE c.workspace_id = ${workspaceId}::uuid AND c.record_id = ANY(${records}::uuid[])
    ORDER BY c.id DESC`);
  for (let at = 0; at < ids.length; at += TOGETHER) {
    const together = ids.slice(at, at + TOGETHER).map(({ id }) => id);
    const rows = await source.db.rows<HeadRow>(hot`/* export.conversations */
      SELECT c.id, c.subject, c.status, c.created_at, c.last_message_at, c.message_count, c.unread_by_visitor,
        c.unread_by_agents, c.by
      FROM conversation c
      WHERE c.workspace_id = ${workspaceId}::uuid AND c.id = ANY(${together}::uuid[])
      ORDER BY c.id DESC`);
    yield headsOf(person, rows);
  }
}

/** The messages of all of them, conversation by conversation. */
export async function* exportedMessages(person: Person): AsyncGenerator<readonly Message[]> {
  for await (const conversations of exportedConversations(person)) {
    for (const { messages } of conversations) yield* messages;
  }
}

/** Most conversations are short: one statement reads the beginnings of several, and the long ones go on by themselves. */
function headsOf(person: Person, rows: readonly HeadRow[]): ConversationHead[] {
  let beginnings: Promise<ReadonlyMap<Uuid, MessageRow[]>> | undefined;
  const beginningOf = async (id: Uuid) => {
    beginnings ??= readBeginnings(
      person,
      rows.map((row) => row.id),
    );
    return (await beginnings).get(id) ?? [];
  };
  return rows.map((row) => ({
    id: toWire('conversation', row.id),
    visitorId: person.visitor.id,
    subject: row.subject,
    status: row.status,
    createdAt: row.created_at.toISOString(),
    lastMessageAt: row.last_message_at.toISOString(),
    messageCount: row.message_count,
    unread: { visitor: row.unread_by_visitor, agents: row.unread_by_agents },
    by: row.by,
    messages: messagesOf(person, row.id, beginningOf),
  }));
}

async function* messagesOf(
  person: Person,
  conversationId: Uuid,
  beginningOf: (id: Uuid) => Promise<MessageRow[]>,
): AsyncGenerator<Message[]> {
  const beginning = await beginningOf(conversationId);
  if (beginning.length > 0) yield beginning.map((row) => toMessage(row, AGENTS));
  if (beginning.length < FIRST_MESSAGES) return;
  const pages = inOrder<MessageRow>((last = beginning.at(-1), take) =>
    readMessages(person, conversationId, last as MessageRow, take),
  );
  for await (const rows of pages) yield rows.map((row) => toMessage(row, AGENTS));
}

async function readBeginnings({ source, workspaceId }: Person, ids: readonly Uuid[]) {
  const rows = await source.db.rows<MessageRow>(hot`/* export.first_messages */
    SELECT m.id, m.conversation_id, m.author, m.author_name, m.by, m.type, m.body, m.sent_at, m.read_at
    FROM unnest(${ids}::uuid[]) AS c(id)
    CROSS JOIN LATERAL (
      SELECT m.* FROM message m
      WHERE m.workspace_id = ${workspaceId}::uuid AND m.conversation_id = c.id
      ORDER BY m.sent_at, m.id
      LIMIT ${FIRST_MESSAGES}
    ) m
    ORDER BY m.conversation_id, m.sent_at, m.id`);
  const beginnings = new Map<Uuid, MessageRow[]>(ids.map((id) => [id, []]));
  for (const row of rows) beginnings.get(row.conversation_id)?.push(row);
  return beginnings;
}

function readMessages({ source, workspaceId }: Person, conversationId: Uuid, last: MessageRow, take: number) {
  return source.db.rows<MessageRow>(hot`/* export.messages */
    SELECT m.id, m.conversation_id, m.author, m.author_name, m.by, m.type, m.body, m.sent_at, m.read_at
    FROM message m
    WHERE m.workspace_id = ${workspaceId}::uuid AND m.conversation_id = ${conversationId}::uuid
      AND (m.sent_at, m.id) > (${last.sent_at.toISOString()}::timestamptz, ${last.id}::uuid)
    ORDER BY m.sent_at, m.id
    LIMIT ${take}`);
}
