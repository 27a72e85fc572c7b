/**
 * Anonymizes a visitor: who they are goes, what was done and said stays (docs/privacy.md, "Anonymize"). A dry run does
 * the same and takes it back, so it tells exactly what would be replaced. What may be much is done ahead, before others
 * have to wait; the one transaction behind it finds what came in since.
 */
import { type Context, requireScope } from '../context.ts';
import type { AnonymizeBody, AnonymizeReply } from '../contract/anonymize.ts';
import type { Uuid } from '../ids.ts';
import { sql } from '../infra/sql.ts';
import { type Ahead, NOTHING_AHEAD, reduceAhead } from './anonymize-ahead.ts';
import { lockPerson } from './anonymize-person.ts';
import { reduceHistory } from './anonymize-texts.ts';
import { identifyingValues, type Kept, takeValues } from './anonymize-values.ts';
import { scrubber } from './identifying-text.ts';
import { identifierHash } from './keyed-hash.ts';
import { recomputeProfiles } from './profile-write.ts';
import { suppress } from './suppression.ts';
import { readVisitors, toVisitor } from './visitor-row.ts';
import { inWork, type Work } from './work.ts';

/** Takes a transaction back that was only to be looked at. */
class OnlyAsked extends Error {
  constructor(readonly reply: AnonymizeReply) {
    super('A dry run is taken back.');
  }
}

/**
 * Anonymizes the whole person, whichever of their ids names them. Older items about them are suppressed afterwards,
 * later ones make a new visitor. Done again, it replaces nothing more.
 *
 * @param ref `vis_…`, `user:…` or `anon:…`.
 * @throws {Forbidden} without `privacy:write`. @throws {NotFound} @throws {OnLegalHold}
 */
export async function anonymizeVisitor(ctx: Context, ref: string, { dryRun }: AnonymizeBody): Promise<AnonymizeReply> {
  requireScope(ctx.caller, 'privacy:write');
  try {
    const ahead = dryRun ? NOTHING_AHEAD : await reduceAhead(ctx, ref);
    const reply = await inWork(ctx, ctx.caller.workspaceId, async (work) => {
      const done = await anonymize(work, ctx, ref, ahead);
      if (dryRun) throw new OnlyAsked(done);
      return done;
    });
    ctx.bus.publish(ctx.caller.workspaceId, { kind: 'relinked' });
    return reply;
  } catch (thrown) {
    if (thrown instanceof OnlyAsked) return thrown.reply;
    throw thrown;
  }
}

async function anonymize(work: Work, ctx: Context, ref: string, ahead: Ahead): Promise<AnonymizeReply> {
  const { survivorId, locked, kept } = await lockPerson(work, ref);
  const records = [...locked.keys()];
  const history = await reduceHistory(work, records, scrubber(identifyingValues(locked.values(), kept)));
  await suppressKept(work, ctx, records, kept);
  const { values, edits } = await takeValues(work, locked, kept);
  await mark(work, ctx, records);
  await recomputeProfiles(work, [survivorId]);
  const [row] = await readVisitors(work.tx, work.workspaceId, [survivorId], work.now);
  if (!row) throw new Error('Anonymizing left a survivor without a profile.');
  const [events, pageViews] = [history.events + ahead.events, history.pageViews + ahead.pageViews];
  return {
    visitor: toVisitor(row, work.now),
    replaced: { identifiers: kept.identifiers.length, values, edits, ...history, events, pageViews },
  };
}

/** Items that name a record are judged by it; those that name an identifier, by its hash. */
async function suppressKept(work: Work, { caller }: Context, records: readonly Uuid[], kept: Kept): Promise<void> {
  const hashes = [
    ...kept.identifiers.map(({ kind, value }) => identifierHash(caller.hashKey, kind, value)),
    ...records.map((id) => identifierHash(caller.hashKey, 'visitor', id)),
  ];
  await suppress(work, { hashes, until: work.now, erasureId: null });
}

/**
 * Answers kept for repeated requests may hold values of the person, so they go as they do when somebody is erased: also
 * those under way, which then find their row gone. This very request's is among them; repeated, it replaces nothing.
 */
async function mark(work: Work, { caller }: Context, records: readonly Uuid[]): Promise<void> {
  await work.tx.run(sql`/* record.anonymize */
    UPDATE record SET anonymized_at = coalesce(anonymized_at, ${work.now.toISOString()}::timestamptz),
      anonymized_by = coalesce(anonymized_by, ${JSON.stringify(caller.by)}::jsonb)
    WHERE workspace_id = ${work.workspaceId}::uuid AND id = ANY(${records}::uuid[])`);
  await work.tx.run(sql`/* idempotency.forget */
    DELETE FROM idempotency
    WHERE workspace_id = ${work.workspaceId}::uuid AND NOT outlives_erasure`);
}
