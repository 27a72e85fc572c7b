/**
 * Links to an export: whoever has one fetches the file once, without a key, within a few minutes. Only the SHA-256 of
 * its token is kept, in the row that notes the export.
 */
import type { By } from '../context.ts';
import { type Context, requireScope } from '../context.ts';
import type { ExportFormat } from '../contract/export.ts';
import { NotFound } from '../errors.ts';
import { fromWire, type Uuid } from '../ids.ts';
import { sql } from '../infra/sql.ts';
import { EXPORT_LINK_MS } from '../limits.ts';
import { type ExportFile, fileOf, findPerson } from './export.ts';
import { noteExport } from './export-note.ts';
import { openPerson } from './export-person.ts';
import { findKeyById } from './key-ring.ts';
import { hashOfKey } from './key-text.ts';
import { makeTokenText, workspaceOfToken } from './token-text.ts';
import type { WorkSource } from './work.ts';

/** A link that was just made. */
export interface MadeLink {
  /** Shown this once. */
  readonly token: string;
  readonly expiresAt: string;
}

interface UsedRow {
  readonly record_id: Uuid;
  readonly format: ExportFormat;
  readonly by: By;
}

/**
 * A link to everything that is stored about a person. The file is written when it is fetched.
 *
 * @param ref `vis_…`, `user:…` or `anon:…`. @throws {Forbidden} without `privacy:write`. @throws {NotFound}
 */
export async function createExportLink(ctx: Context, ref: string, format: ExportFormat): Promise<MadeLink> {
  requireScope(ctx.caller, 'privacy:write');
  const { survivorId } = await findPerson(ctx, ref);
  const token = makeTokenText(ctx.caller.workspaceId);
  const expiresAt = new Date(ctx.clock.now().getTime() + EXPORT_LINK_MS);
  await noteExport(ctx, survivorId, { format, link: { hash: hashOfKey(token), expiresAt } });
  return { token, expiresAt: expiresAt.toISOString() };
}

/**
 * Uses a link up. It opens the person it was made for and nobody else: once they were merged into another one it opens
 * nothing. It ends with the key that made it.
 *
 * @throws {NotFound} the same for one that is unknown, used, too old, or whose person is gone.
 */
export async function openExportLink(source: Pick<WorkSource, 'db' | 'clock'>, token: string): Promise<ExportFile> {
  const workspaceId = workspaceOfToken(token);
  const used = workspaceId && (await useLink(source, workspaceId, token));
  if (!used) throw noSuchLink();
  const key = await findKeyById(source, workspaceId, fromWire('key', used.by.keyId) ?? '');
  const person = key && (await openPerson(source, workspaceId, used.record_id));
  if (!person) throw noSuchLink();
  return fileOf(person, used.format);
}

async function useLink({ db, clock }: Pick<WorkSource, 'db' | 'clock'>, workspaceId: Uuid, token: string) {
  const [used] = await db.rows<UsedRow>(sql`/* export.use_link */
    UPDATE visitor_export SET link_hash = NULL
    WHERE workspace_id = ${workspaceId}::uuid AND link_hash = ${hashOfKey(token)}::bytea
      AND expires_at > ${clock.now().toISOString()}::timestamptz
    RETURNING record_id, format, by`);
  return used ?? null;
}

function noSuchLink(): NotFound {
  return new NotFound('There is no such export: its link was used, is too old, or never was one.');
}
