/** Companies as they are read. `company-write.ts` makes and changes them. */
import { type Context, requireScope } from '../context.ts';
import type { Company } from '../contract/company.ts';
import { fromWire, toWire, type Uuid } from '../ids.ts';
import { hot } from '../infra/sql.ts';

/** A company as statements answer it. */
export interface CompanyRow {
  id: Uuid;
  external_id: string;
  name: string;
  attributes: Record<string, unknown>;
  created_at: Date;
}

/** Companies by their ids; unknown ones are missing. @param ids `com_…`. @throws {Forbidden} without `visitors:read`. */
export async function getCompanies({ caller, db }: Context, ids: readonly string[]): Promise<Company[]> {
  requireScope(caller, 'visitors:read');
  const uuids = ids.flatMap((id) => fromWire('company', id) ?? []);
  const rows = await db.rows<CompanyRow>(hot`/* company.by_ids */
    SELECT id, external_id, name, attributes, created_at FROM company
    WHERE workspace_id = ${caller.workspaceId}::uuid AND id = ANY(${uuids}::uuid[])`);
  return rows.map(toCompany);
}

/** The shape callers see. */
export function toCompany(row: CompanyRow): Company {
  return {
    id: toWire('company', row.id),
    externalId: row.external_id,
    name: row.name,
    attributes: row.attributes,
    createdAt: row.created_at.toISOString(),
  };
}
