/**
 * Keeps why items were rejected: code, pointer and keyed hashes, never a value. A public key can be made to send nothing
 * but rejects, so only the newest of a workspace are kept.
 */
import { LRUCache } from 'lru-cache';
import type { Context } from '../context.ts';
import { fromWire, type Uuid } from '../ids.ts';
import type { Database } from '../infra/database.ts';
import { hot } from '../infra/sql.ts';
import { ISSUE_TRIM_INTERVAL, MAX_ISSUES } from '../limits.ts';

/** A rejected item, as far as it may be remembered. Hashes are hex. */
export interface Rejection {
  readonly code: string;
  readonly pointer?: string | undefined;
  readonly itemType?: string | undefined;
  readonly messageHash: string;
  readonly identifierHash?: string | undefined;
}

/** Lists rejected items among the workspace's ingestion issues, and lets the oldest go when there are too many. */
export async function recordRejections(ctx: Context, rejections: readonly Rejection[]): Promise<void> {
  if (rejections.length === 0) return;
  await insert(ctx, rejections);
  if (isTrimDue(ctx, rejections.length)) await trim(ctx);
}

async function insert({ caller, db, ids, clock }: Context, rejections: readonly Rejection[]): Promise<void> {
  await db.run(hot`/* issue.record */
    INSERT INTO ingestion_issue (workspace_id, id, code, pointer, item_type, key_id, message_hash, identifier_hash,
      created_at)
    SELECT ${caller.workspaceId}::uuid, id, code, pointer, item_type, ${fromWire('key', caller.by.keyId)}::uuid,
      decode(message_hash, 'hex'), decode(identifier_hash, 'hex'), ${clock.now().toISOString()}::timestamptz
    FROM unnest(
      ${rejections.map(() => ids.uuid())}::uuid[],
      ${rejections.map((each) => each.code)}::text[],
      ${rejections.map((each) => each.pointer ?? null)}::text[],
      ${rejections.map((each) => each.itemType ?? null)}::text[],
      ${rejections.map((each) => each.messageHash)}::text[],
      ${rejections.map((each) => each.identifierHash ?? null)}::text[]
    ) AS n(id, code, pointer, item_type, message_hash, identifier_hash)`);
}

/** Issues of each workspace since this process last trimmed them. */
const untrimmed = new WeakMap<Database, LRUCache<Uuid, number>>();
const MAX_WORKSPACES_COUNTED = 10_000;

/** Due at the first issue this process sees of a workspace, then at every so many. */
function isTrimDue({ db, caller: { workspaceId } }: Context, added: number): boolean {
  const counts = untrimmed.get(db) ?? new LRUCache<Uuid, number>({ max: MAX_WORKSPACES_COUNTED });
  untrimmed.set(db, counts);
  const count = (counts.get(workspaceId) ?? ISSUE_TRIM_INTERVAL) + added;
  const isDue = count >= ISSUE_TRIM_INTERVAL;
  counts.set(workspaceId, isDue ? 0 : count);
  return isDue;
}

/** Ids sort by the moment they were made, which is the order of the list. */
async function trim({ db, caller: { workspaceId } }: Context): Promise<void> {
  await db.run(hot`/* issue.trim */
    DELETE FROM ingestion_issue
    WHERE workspace_id = ${workspaceId}::uuid AND id <= (
      SELECT id FROM ingestion_issue WHERE workspace_id = ${workspaceId}::uuid
      ORDER BY id DESC OFFSET ${MAX_ISSUES} LIMIT 1)`);
}
