/** Keeps why items were rejected: code, pointer and keyed hashes, never a value. */
import type { Context } from '../context.ts';
import { fromWire } from '../ids.ts';
import { hot } from '../infra/sql.ts';

/** A rejected item, as far as it may be remembered. Hashes are hex. */
export interface Rejection {
  readonly code: string;
  readonly pointer?: string | undefined;
  readonly itemType?: string | undefined;
  readonly messageHash: string;
  readonly identifierHash?: string | undefined;
}

/** Lists rejected items among the workspace's ingestion issues. */
export async function recordRejections(
  { caller, db, ids, clock }: Context,
  rejections: readonly Rejection[],
): Promise<void> {
  if (rejections.length === 0) return;
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
