/** Who exported whom, and when: a row for each export, which goes when the person does. */
import type { Context } from '../context.ts';
import type { ExportFormat } from '../contract/export.ts';
import { NotFound } from '../errors.ts';
import type { Uuid } from '../ids.ts';
import { sql } from '../infra/sql.ts';

/** What is noted of an export, beside who and when. */
export interface NotedExport {
  readonly format: ExportFormat;
  /** Of an export by link: SHA-256 of its token, and the moment from which on it opens nothing. */
  readonly link?: { readonly hash: Uint8Array; readonly expiresAt: Date };
}

/** @throws {NotFound} when the person was erased since they were found. */
export async function noteExport(ctx: Context, survivorId: Uuid, { format, link }: NotedExport): Promise<void> {
  const { caller, db, clock, ids } = ctx;
  const noted = await db.run(sql`/* export.note */
    INSERT INTO visitor_export (workspace_id, id, record_id, format, created_at, by, link_hash, expires_at)
    SELECT r.workspace_id, ${ids.uuid()}::uuid, r.id, ${format}::text, ${clock.now().toISOString()}::timestamptz,
      ${JSON.stringify(caller.by)}::jsonb, ${link?.hash ?? null}::bytea, ${link?.expiresAt.toISOString() ?? null}::timestamptz
    FROM record r
    WHERE r.workspace_id = ${caller.workspaceId}::uuid AND r.id = ${survivorId}::uuid AND r.erased_at IS NULL`);
  if (noted === 0) throw new NotFound('There is no such visitor.');
}
