/** Starts a conversation: as an agent with a visitor, or as the visitor. */
import { type Context, requireScopeOrVisitor } from '../context.ts';
import type { Conversation, ConversationBody } from '../contract/conversation.ts';
import { Forbidden, Invalid } from '../errors.ts';
import type { Uuid } from '../ids.ts';
import { hot } from '../infra/sql.ts';
import { readSubject } from '../normalise/message.ts';
import { readConversation } from './conversation.ts';
import { asVisitor } from './conversation-reach.ts';
import { addMessage, insertConversation, lockKeeper } from './conversation-write.ts';
import { createRecords, findIdentifiers, type Identifier } from './identifier.ts';
import { signedBy, writtenBy } from './message-author.ts';
import { findVisitor } from './visitor-ref.ts';
import { inWork, type Work } from './work.ts';

/**
 * A conversation with its first message. A visitor who was never heard of comes into being by it.
 *
 * @throws {Forbidden} without `conversations:write` or a visitor token. @throws {NotFound} @throws {Invalid}
 * @throws {InvalidValue} @throws {VisitorTokenInvalid}
 */
export async function startConversation(given: Context, body: ConversationBody): Promise<Conversation> {
  const ctx = body.token === undefined ? given : await asVisitor(given, body.token);
  requireScopeOrVisitor(ctx.caller, 'conversations:write');
  const { visitorId } = body;
  const author = signedBy(ctx.caller, body.author);
  const message = writtenBy(ctx.caller, author, body.message, '/message');
  const subject = readSubject(body.subject);
  const keeper = keeperOf(ctx, visitorId);
  const id = ctx.ids.uuid();
  await inWork(ctx, ctx.caller.workspaceId, async (work) => {
    const recordId = await keeper(work);
    await lockKeeper(work, recordId);
    await insertConversation(work, { id, recordId, subject, by: message.by });
    await addMessage(work, { id, recordId }, { ...message, id: work.ids.uuid() });
  });
  return readConversation(ctx, id);
}

/** How the record is found that is to keep the conversation. */
function keeperOf(
  { caller: { visitor, hashKey } }: Context,
  visitorId: string | undefined,
): (work: Work) => Promise<Uuid> {
  if (visitor) {
    if (visitorId !== undefined)
      throw new Forbidden('A visitor token says whom it is with; `visitorId` is for agents.');
    const { userId, anonymousId } = visitor;
    const own: Identifier =
      userId === undefined ? { kind: 'anon', value: anonymousId } : { kind: 'user', value: userId };
    return (work) => ownRecord(work, hashKey, own);
  }
  if (visitorId !== undefined) return (work) => personsRecord(work, visitorId);
  const detail = 'either this or `token` is needed';
  throw new Invalid('It is not said whom the conversation is with.', [{ pointer: '/visitorId', detail }]);
}

/**
 * Of the identifier itself, whomever it was merged with: what is told to it was proven by it alone.
 *
 * @throws {Forbidden} while what is said about them is suppressed, because they were deleted.
 */
async function ownRecord(work: Work, hashKey: Uint8Array, own: Identifier): Promise<Uuid> {
  const find = async () => {
    const [known] = await findIdentifiers(work, hashKey, [own]);
    if ((known?.suppressedUntil ?? 0) < work.now.getTime()) return known?.recordId;
    throw new Forbidden('This visitor was deleted, and nothing about them is stored for now.');
  };
  const found = await find();
  if (found) return found;
  await createRecords(work, [{ ...own, recordId: work.ids.uuid() }]);
  // Made here, or by somebody who was faster; or deleted while this waited for its place.
  const recordId = await find();
  if (!recordId) throw new Error('A record was neither found nor made.');
  return recordId;
}

/**
 * What agents write to a person goes to the userId their profile answers with, so that it is there wherever they sign
 * in; without one to the record that was named.
 */
async function personsRecord(work: Work, ref: string): Promise<Uuid> {
  const { recordId, survivorId } = await findVisitor(work.tx, work.workspaceId, ref);
  const [row] = await work.tx.rows<{ record_id: Uuid }>(hot`/* conversation.keeper */
    SELECT i.record_id FROM profile p
    JOIN identifier i ON i.workspace_id = p.workspace_id AND i.kind = 'user' AND i.value = p.user_id
    WHERE p.workspace_id = ${work.workspaceId}::uuid AND p.id = ${survivorId}::uuid`);
  return row?.record_id ?? recordId;
}
