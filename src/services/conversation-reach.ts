/** Which conversations a caller reaches: agents all of the workspace's, a visitor those that their token opens. */
import type { Context } from '../context.ts';
import { NotFound, VisitorTokenInvalid } from '../errors.ts';
import { fromWire, type Uuid } from '../ids.ts';
import { type Fragment, hot, sql } from '../infra/sql.ts';
import { findKeyById } from './key-ring.ts';
import { recordsOpenTo } from './open-records.ts';
import { claimedOrigin, readVisitorToken } from './visitor-token.ts';

/** The records whose conversations a caller reaches; null: those of all. */
export type Reach = readonly Uuid[] | null;

/** To be asked at each use, as merges come and go. @throws {VisitorTokenInvalid} when the token has expired since. */
export async function reachOf(ctx: Context): Promise<Reach> {
  return ctx.caller.visitor ? recordsOpenTo(ctx, ctx.caller.visitor) : null;
}

/** A condition on `r`, the record of a conversation. Whoever is being erased is not found any more. */
export function within(reach: Reach): Fragment {
  return reach === null ? sql`r.erased_at IS NULL` : sql`r.erased_at IS NULL AND r.id = ANY(${reach}::uuid[])`;
}

/** A conversation that was found, and the record that keeps it: for ever the same. */
export interface FoundConversation {
  readonly id: Uuid;
  readonly recordId: Uuid;
}

/** @throws {NotFound} unknown, another workspace's, another visitor's or erased: the caller cannot tell which. */
export async function findConversation(ctx: Context, conversationId: string): Promise<FoundConversation> {
  const reach = await reachOf(ctx);
  const id = fromWire('conversation', conversationId);
  const [row] = await ctx.db.rows<{ record_id: Uuid }>(hot`/* conversation.find */
    SELECT c.record_id FROM conversation c
    JOIN record r ON r.workspace_id = c.workspace_id AND r.id = c.record_id
    WHERE c.workspace_id = ${ctx.caller.workspaceId}::uuid AND c.id = ${id}::uuid AND r.erased_at IS NULL
      AND (${reach}::uuid[] IS NULL OR r.id = ANY(${reach}::uuid[]))`);
  if (!row || id === null) throw noConversation();
  return { id, recordId: row.record_id };
}

/** What is said of a conversation that is not there, or not the caller's. */
export function noConversation(): NotFound {
  return new NotFound('There is no such conversation.');
}

/**
 * The same caller as the visitor of a token that came in a body.
 *
 * @throws {VisitorTokenInvalid}
 */
export async function asVisitor(ctx: Context, token: string): Promise<Context> {
  const visitor = await readVisitorToken(ctx.caller, token, ctx.clock.now().getTime());
  const origin = claimedOrigin(token);
  // A token ends with the key it was made with, whatever key comes beside it.
  if (!origin || !(await findKeyById(ctx, origin.workspaceId, origin.keyId))) {
    throw new VisitorTokenInvalid('The key this visitor token was made with has ended.');
  }
  return { ...ctx, caller: { ...ctx.caller, visitor } };
}
