/** How long a workspace keeps each kind of data: reading it, changing it, and what a change would delete. */
import { type Context, requireScope } from '../context.ts';
import {
  RETENTION_KINDS,
  type Retention,
  type RetentionBody,
  type RetentionKind,
  type RetentionReply,
} from '../contract/retention.ts';
import { sql } from '../infra/sql.ts';
import { forgetCredentials } from './credential-ring.ts';
import { countOlder } from './retention-count.ts';
import { readRetention } from './retention-rule.ts';
import { inWork, type Work } from './work.ts';

/** Days by kind; null: for ever. @throws {Forbidden} without `admin`. */
export async function getRetention({ caller, db }: Context): Promise<Retention> {
  requireScope(caller, 'admin');
  return readRetention(db, caller.workspaceId);
}

/**
 * Changes what `body` names. This process goes by it at once, others when they look up the key anew; what is older by
 * now is deleted by the next nightly run. A dry run changes nothing and counts what that run would delete.
 *
 * @throws {Forbidden} without `admin`.
 */
export async function updateRetention(ctx: Context, { dryRun, ...changes }: RetentionBody): Promise<RetentionReply> {
  requireScope(ctx.caller, 'admin');
  const { workspaceId, by } = ctx.caller;
  if (dryRun) {
    const wished = { ...(await readRetention(ctx.db, workspaceId)), ...changes };
    return { ...wished, wouldDelete: await countOlder(ctx, workspaceId, wished) };
  }
  await inWork(ctx, workspaceId, async (work) => {
    const named = RETENTION_KINDS.filter((kind) => changes[kind] !== undefined);
    await keepForEver(
      work,
      named.filter((kind) => changes[kind] === null),
    );
    const limited = named.flatMap((kind) => (changes[kind] == null ? [] : { kind, days: changes[kind] }));
    await keepFor(work, limited, JSON.stringify(by));
  });
  forgetCredentials(ctx.db);
  return { ...(await readRetention(ctx.db, workspaceId)), wouldDelete: null };
}

async function keepForEver({ tx, workspaceId }: Work, kinds: readonly RetentionKind[]): Promise<void> {
  await tx.run(sql`/* retention.drop */
    DELETE FROM retention WHERE workspace_id = ${workspaceId}::uuid AND kind = ANY(${kinds}::text[])`);
}

async function keepFor(
  { tx, workspaceId, now }: Work,
  limited: readonly { readonly kind: RetentionKind; readonly days: number }[],
  by: string,
): Promise<void> {
  await tx.run(sql`/* retention.write */
    INSERT INTO retention (workspace_id, kind, days, changed_at, by)
    SELECT ${workspaceId}::uuid, n.kind, n.days, ${now.toISOString()}::timestamptz, ${by}::jsonb
    FROM unnest(${limited.map(({ kind }) => kind)}::text[], ${limited.map(({ days }) => days)}::int[]) AS n(kind, days)
    ORDER BY n.kind
    ON CONFLICT (workspace_id, kind) DO UPDATE SET
      days = excluded.days, changed_at = excluded.changed_at, by = excluded.by`);
}
