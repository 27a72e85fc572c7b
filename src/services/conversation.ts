/** Conversations: read, listed, closed and named. Agents see the workspace's, a visitor what is their own. */
import { type Context, requireAgent, requireScopeOrVisitor } from '../context.ts';
import type { Conversation, ConversationEdit, ConversationQuery } from '../contract/conversation.ts';
import type { Page, PageQuery, Slice, SliceQuery, VisitorPage } from '../contract/page.ts';
import { Forbidden } from '../errors.ts';
import { fromWire, type Uuid, type VisitorId } from '../ids.ts';
import { hot, sql } from '../infra/sql.ts';
import { readSubject } from '../normalise/message.ts';
import { conversationList, visitorConversationList, type WhichConversations } from './conversation-list.ts';
import { findConversation, noConversation, reachOf, within } from './conversation-reach.ts';
import { CONVERSATION_COLUMNS, type ConversationRow, toConversation, WITH_NEWEST } from './conversation-row.ts';
import { lockKeeper } from './conversation-write.ts';
import { readPage, readSlice } from './page-read.ts';
import { readHistoryPage, readHistorySlices } from './visitor-history.ts';
import { answeredBy, findVisitor } from './visitor-ref.ts';
import { inWork } from './work.ts';

/** One conversation. @throws {Forbidden} without `conversations:read` or a visitor token. @throws {NotFound} */
export async function getConversation(ctx: Context, id: string): Promise<Conversation> {
  requireScopeOrVisitor(ctx.caller, 'conversations:read');
  const [found] = await getConversations(ctx, [id]);
  if (!found) throw noConversation();
  return found;
}

/** By their ids; unknown ones are missing. @throws {Forbidden} without `conversations:read` or a visitor token. */
export async function getConversations(ctx: Context, ids: readonly string[]): Promise<Conversation[]> {
  requireScopeOrVisitor(ctx.caller, 'conversations:read');
  const uuids = ids.flatMap((id) => fromWire('conversation', id) ?? []);
  const reach = await reachOf(ctx);
  const rows = await ctx.db.rows<ConversationRow>(sql`/* conversation.by_ids */
    WITH c AS MATERIALIZED (
      SELECT c.*, r.canonical_id AS survivor_id FROM conversation c
      JOIN record r ON r.workspace_id = c.workspace_id AND r.id = c.record_id
      WHERE c.workspace_id = ${ctx.caller.workspaceId}::uuid AND c.id = ANY(${uuids}::uuid[]) AND ${within(reach)}
    )
    SELECT ${CONVERSATION_COLUMNS} FROM c ${WITH_NEWEST}`);
  return rows.map((row) => toConversation(row, ctx.caller));
}

/**
 * Newest activity first. `unread` is of the side that asks.
 *
 * @throws {Forbidden} without `conversations:read` or a visitor token. @throws {NotFound} for a `visitorId` nobody has.
 */
export async function listConversations(ctx: Context, query: ConversationQuery): Promise<Page<Conversation>> {
  requireScopeOrVisitor(ctx.caller, 'conversations:read');
  const list = conversationList(ctx.db, await whichOf(ctx, query));
  return readPage(query, list, (row) => toConversation(row, ctx.caller));
}

/** The same without counting them. */
export async function sliceConversations(ctx: Context, query: ConversationQuery): Promise<Slice<Conversation>> {
  requireScopeOrVisitor(ctx.caller, 'conversations:read');
  const list = conversationList(ctx.db, await whichOf(ctx, query));
  return readSlice(query, list, (row) => toConversation(row, ctx.caller));
}

/** How many there are. @throws {Forbidden} without `conversations:read` or a visitor token. */
export async function countConversations(ctx: Context, query: ConversationQuery): Promise<number> {
  requireScopeOrVisitor(ctx.caller, 'conversations:read');
  return conversationList(ctx.db, await whichOf(ctx, query)).count();
}

/**
 * One visitor's, newest activity first.
 *
 * @param ref `vis_…`, `user:…` or `anon:…`. @throws {Forbidden} without `conversations:read`. @throws {NotFound}
 */
export async function listVisitorConversations(
  ctx: Context,
  ref: string,
  query: PageQuery,
): Promise<VisitorPage<Conversation>> {
  requireAgent(ctx.caller, 'conversations:read');
  const found = await findVisitor(ctx.db, ctx.caller.workspaceId, ref);
  const list = visitorConversationList(ctx.db, ctx.caller.workspaceId);
  const page = await readHistoryPage(query, list, found.survivorId, (row) => toConversation(row, ctx.caller));
  return { ...page, ...answeredBy(found, ref) };
}

/** The same stretch of many visitors' conversations, in the order of `visitorIds`. @throws {Forbidden} @throws {Invalid} */
export async function conversationsOf(
  ctx: Context,
  visitorIds: readonly VisitorId[],
  query: SliceQuery,
): Promise<Slice<Conversation>[]> {
  requireAgent(ctx.caller, 'conversations:read');
  const list = visitorConversationList(ctx.db, ctx.caller.workspaceId);
  return readHistorySlices(query, list, visitorIds, (row) => toConversation(row, ctx.caller));
}

/**
 * Closes, reopens or renames a conversation: what is not named stays.
 *
 * @throws {Forbidden} without `conversations:write`. @throws {NotFound} @throws {InvalidValue}
 */
export async function updateConversation(ctx: Context, id: string, edit: ConversationEdit): Promise<Conversation> {
  requireAgent(ctx.caller, 'conversations:write');
  const subject = readSubject(edit.subject);
  const found = await findConversation(ctx, id);
  await inWork(ctx, ctx.caller.workspaceId, async (work) => {
    await lockKeeper(work, found.recordId);
    await work.tx.run(hot`/* conversation.update */
      UPDATE conversation SET
        status = coalesce(${edit.status ?? null}::text, status),
        subject = CASE WHEN ${edit.subject !== undefined}::boolean THEN ${subject}::text ELSE subject END
      WHERE workspace_id = ${work.workspaceId}::uuid AND id = ${found.id}::uuid`);
  });
  return readConversation(ctx, found.id);
}

/** A conversation that was just written, as its writer is told of it: reading needs a scope of its own. */
export async function readConversation({ db, caller }: Context, id: Uuid): Promise<Conversation> {
  const [row] = await db.rows<ConversationRow>(hot`/* conversation.written */
    WITH c AS MATERIALIZED (
      SELECT c.*, r.canonical_id AS survivor_id FROM conversation c
      JOIN record r ON r.workspace_id = c.workspace_id AND r.id = c.record_id AND r.erased_at IS NULL
      WHERE c.workspace_id = ${caller.workspaceId}::uuid AND c.id = ${id}::uuid
    )
    SELECT ${CONVERSATION_COLUMNS} FROM c ${WITH_NEWEST}`);
  if (!row) throw noConversation();
  return toConversation(row, caller);
}

async function whichOf(ctx: Context, { status, unread, visitorId }: ConversationQuery): Promise<WhichConversations> {
  const { caller, db } = ctx;
  const asked = { workspaceId: caller.workspaceId, status, unread, reach: await reachOf(ctx) };
  if (caller.visitor) {
    if (visitorId === undefined) return { ...asked, side: 'visitor' };
    throw new Forbidden('A visitor token lists what is its own; `visitorId` is for agents.');
  }
  if (visitorId === undefined) return { ...asked, side: 'agents' };
  const { survivorId } = await findVisitor(db, caller.workspaceId, visitorId);
  return { ...asked, side: 'agents', survivorId };
}
