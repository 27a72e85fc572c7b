/** Messages of a conversation: listed, written, marked as read. */
import { type Context, requireScopeOrVisitor } from '../context.ts';
import type {
  Conversation,
  Message,
  MessageBody,
  MessageOrder,
  MessageQuery,
  ReadBody,
} from '../contract/conversation.ts';
import type { Page, Slice, SliceQuery } from '../contract/page.ts';
import { NotFound } from '../errors.ts';
import { fromWire, type Uuid } from '../ids.ts';
import { hot, sql } from '../infra/sql.ts';
import { readConversation } from './conversation.ts';
import { findConversation, reachOf, within } from './conversation-reach.ts';
import { type MessageRow, toMessage } from './conversation-row.ts';
import { addMessage, lockKeeper } from './conversation-write.ts';
import { signedBy, writtenBy } from './message-author.ts';
import { messageList } from './message-list.ts';
import { positionOf, readPage, sliceOf } from './page-read.ts';
import { inWork } from './work.ts';

/**
 * A conversation's messages by time, in the order asked for.
 *
 * @throws {Forbidden} without `conversations:read` or a visitor token. @throws {NotFound} @throws {Invalid}
 */
export async function listMessages(ctx: Context, conversationId: string, query: MessageQuery): Promise<Page<Message>> {
  requireScopeOrVisitor(ctx.caller, 'conversations:read');
  const { id } = await findConversation(ctx, conversationId);
  const list = messageList(ctx.db, { workspaceId: ctx.caller.workspaceId, order: query.order, reach: null });
  const own = {
    count: () => list.count(id),
    read: (window: Parameters<typeof list.read>[1]) => list.read([id], window),
    write: list.write,
    parse: list.parse,
  };
  return readPage(query, own, (row) => toMessage(row, ctx.caller));
}

/**
 * The same stretch of many conversations, in the order of `conversationIds`.
 *
 * @throws {Forbidden} without `conversations:read` or a visitor token. @throws {Invalid}
 */
export async function messagesOf(
  ctx: Context,
  conversationIds: readonly string[],
  { order, limit, cursor }: SliceQuery & { readonly order: MessageOrder },
): Promise<Slice<Message>[]> {
  requireScopeOrVisitor(ctx.caller, 'conversations:read');
  const { workspaceId } = ctx.caller;
  const list = messageList(ctx.db, { workspaceId, order, reach: await reachOf(ctx) });
  const after = positionOf(cursor, list);
  const uuids = conversationIds.map((id) => fromWire('conversation', id));
  const rows = await list.read(
    uuids.filter((id) => id !== null),
    { after, skip: 0, take: limit + 1 },
  );
  const byConversation = new Map<Uuid, MessageRow[]>();
  for (const row of rows) {
    const known = byConversation.get(row.conversation_id);
    if (known) known.push(row);
    else byConversation.set(row.conversation_id, [row]);
  }
  return uuids.map((id) =>
    sliceOf(byConversation.get(id ?? '') ?? [], limit, list, (row) => toMessage(row, ctx.caller)),
  );
}

/** By their ids; unknown ones are missing. @throws {Forbidden} without `conversations:read` or a visitor token. */
export async function getMessages(ctx: Context, ids: readonly string[]): Promise<Message[]> {
  requireScopeOrVisitor(ctx.caller, 'conversations:read');
  const uuids = ids.flatMap((id) => fromWire('message', id) ?? []);
  const reach = await reachOf(ctx);
  const rows = await ctx.db.rows<MessageRow>(sql`/* message.by_ids */
    SELECT m.* FROM message m
    JOIN conversation c ON c.workspace_id = m.workspace_id AND c.id = m.conversation_id
    JOIN record r ON r.workspace_id = c.workspace_id AND r.id = c.record_id
    WHERE m.workspace_id = ${ctx.caller.workspaceId}::uuid AND m.id = ANY(${uuids}::uuid[]) AND ${within(reach)}`);
  return rows.map((row) => toMessage(row, ctx.caller));
}

/**
 * Writes a message. What a visitor writes opens a closed conversation again.
 *
 * @throws {Forbidden} without `conversations:write` or a visitor token, or to sign as somebody else. @throws {NotFound}
 * @throws {InvalidValue}
 */
export async function sendMessage(ctx: Context, conversationId: string, body: MessageBody): Promise<Message> {
  requireScopeOrVisitor(ctx.caller, 'conversations:write');
  const { author, ...draft } = body;
  const message = writtenBy(ctx.caller, signedBy(ctx.caller, author), draft);
  const found = await findConversation(ctx, conversationId);
  const id = ctx.ids.uuid();
  await inWork(ctx, ctx.caller.workspaceId, async (work) => {
    await lockKeeper(work, found.recordId);
    await addMessage(work, found, { ...message, id });
  });
  return readMessage(ctx, id);
}

/**
 * Marks what the other side wrote as read: agents read the visitor's messages, the visitor all others.
 *
 * @throws {Forbidden} without `conversations:write` or a visitor token. @throws {NotFound} also for an `upTo` that is
 * no message of this conversation.
 */
export async function markRead(ctx: Context, conversationId: string, { upTo }: ReadBody): Promise<Conversation> {
  requireScopeOrVisitor(ctx.caller, 'conversations:write');
  const found = await findConversation(ctx, conversationId);
  const last = upTo === undefined ? null : await timeOf(ctx, found.id, upTo);
  const byVisitor = ctx.caller.visitor !== undefined;
  await inWork(ctx, ctx.caller.workspaceId, async (work) => {
    await lockKeeper(work, found.recordId);
    await work.tx.run(hot`/* message.mark_read */
      WITH read AS (
        UPDATE message SET read_at = ${work.now.toISOString()}::timestamptz
        WHERE workspace_id = ${work.workspaceId}::uuid AND conversation_id = ${found.id}::uuid AND read_at IS NULL
          AND (author <> 'visitor') = ${byVisitor}::boolean
          AND (${last}::timestamptz IS NULL OR sent_at <= ${last}::timestamptz)
        RETURNING id
      ), counted AS (SELECT count(*)::int AS n FROM read)
      UPDATE conversation c SET
        unread_by_visitor = c.unread_by_visitor - CASE WHEN ${byVisitor}::boolean THEN counted.n ELSE 0 END,
        unread_by_agents = c.unread_by_agents - CASE WHEN ${byVisitor}::boolean THEN 0 ELSE counted.n END
      FROM counted
      WHERE c.workspace_id = ${work.workspaceId}::uuid AND c.id = ${found.id}::uuid AND counted.n > 0`);
  });
  return readConversation(ctx, found.id);
}

/** When a message of a conversation was sent: no other of it was at that moment. */
async function timeOf({ db, caller }: Context, conversationId: Uuid, messageId: string): Promise<string> {
  const id = fromWire('message', messageId);
  const [row] = await db.rows<{ sent_at: Date }>(hot`/* message.time */
    SELECT sent_at FROM message
    WHERE workspace_id = ${caller.workspaceId}::uuid AND id = ${id}::uuid AND conversation_id = ${conversationId}::uuid`);
  if (!row) throw new NotFound('There is no such message in this conversation.');
  return row.sent_at.toISOString();
}

/** A message that was just written, as its writer is told of it. */
async function readMessage({ db, caller }: Context, id: Uuid): Promise<Message> {
  const [row] = await db.rows<MessageRow>(hot`/* message.written */
    SELECT * FROM message WHERE workspace_id = ${caller.workspaceId}::uuid AND id = ${id}::uuid`);
  if (!row) throw new NotFound('There is no such message.');
  return toMessage(row, caller);
}
