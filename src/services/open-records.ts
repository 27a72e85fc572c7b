/** What a visitor token opens. */
import type { CallingVisitor, Context } from '../context.ts';
import { VisitorTokenInvalid } from '../errors.ts';
import type { Uuid } from '../ids.ts';
import { hot } from '../infra/sql.ts';

/**
 * The records whose conversations and messages the visitor may see: that of the anonymousId itself, whomever it was
 * merged with – a link that somebody else's message made opens nothing –, and every record of the person when the
 * userId was proven. Erased ones are gone. To be asked at each use, as merges come and go.
 *
 * @param visitor of the caller's own workspace: `ctx.caller.visitor`. @returns in no order; empty when nothing is there.
 * @throws {VisitorTokenInvalid} when the token has expired since: a connection may outlive it.
 */
export async function recordsOpenTo(
  { db, clock, caller: { workspaceId } }: Pick<Context, 'db' | 'clock' | 'caller'>,
  { anonymousId, userId, expiresAt }: CallingVisitor,
): Promise<Uuid[]> {
  if (clock.now().getTime() >= expiresAt) throw new VisitorTokenInvalid('This visitor token has expired.');
  const rows = await db.rows<{ id: Uuid }>(hot`/* record.open_to_visitor */
    SELECT i.record_id AS id FROM identifier i
    WHERE i.workspace_id = ${workspaceId}::uuid AND i.kind = 'anon' AND i.value = ${anonymousId}
    UNION
    SELECT p.id FROM identifier i
    JOIN record r ON r.workspace_id = i.workspace_id AND r.id = i.record_id
    JOIN record p ON p.workspace_id = r.workspace_id AND p.canonical_id = r.canonical_id
    WHERE i.workspace_id = ${workspaceId}::uuid AND i.kind = 'user' AND i.value = ${userId ?? null}::text`);
  return rows.map(({ id }) => id);
}
