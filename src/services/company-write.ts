/** Companies as items mention them: created when first named, their name and attributes folded like a profile's. */
import type { Uuid } from '../ids.ts';
import { hot } from '../infra/sql.ts';
import { type CompanyRef, currentValue, resolve } from './profile.ts';
import { fold, keepNewest, type Registers } from './register.ts';
import type { Work } from './work.ts';

/** A company as a batch names it: external id and registers (`name`, `attributes.<key>`). */
export type CompanyMentions = ReadonlyMap<string, Registers>;

interface CompanyRow {
  external_id: string;
  registers: Registers;
}

/**
 * Creates and updates companies. Locks them by external id; must come before any record is locked.
 */
export async function writeCompanies(work: Work, mentions: CompanyMentions): Promise<void> {
  if (mentions.size === 0) return;
  const externalIds = [...mentions.keys()].sort();
  await work.tx.run(hot`/* company.create */
    INSERT INTO company (workspace_id, id, external_id, name, created_at)
    SELECT ${work.workspaceId}::uuid, n.id, n.external_id, n.external_id, ${work.now.toISOString()}::timestamptz
    FROM unnest(${externalIds.map(() => work.ids.uuid())}::uuid[], ${externalIds}::text[]) AS n(id, external_id)
    WHERE NOT EXISTS (
      SELECT FROM company c WHERE c.workspace_id = ${work.workspaceId}::uuid AND c.external_id = n.external_id
    )
    ON CONFLICT DO NOTHING`);
  const rows = await work.tx.rows<CompanyRow>(hot`/* company.lock */
    SELECT external_id, registers FROM company
    WHERE workspace_id = ${work.workspaceId}::uuid AND external_id = ANY(${externalIds}::text[])
    ORDER BY external_id COLLATE "C"
    FOR NO KEY UPDATE`);
  const updates = rows.map((row) => {
    const registers = keepNewest(fold(row.registers, mentions.get(row.external_id) ?? {}));
    const { name, attributes } = resolve(registers);
    return { external_id: row.external_id, name: name ?? row.external_id, attributes, registers };
  });
  await work.tx.run(hot`/* company.update */
    UPDATE company c SET name = u.name, attributes = u.attributes, registers = u.registers
    FROM jsonb_to_recordset(${JSON.stringify(updates)}::jsonb) AS u(external_id text, name text, attributes jsonb,
      registers jsonb)
    WHERE c.workspace_id = ${work.workspaceId}::uuid AND c.external_id = u.external_id`);
}

/** External id → row id of the companies that these registers name. */
export async function companyIds(work: Work, values: readonly Registers[]): Promise<Map<string, Uuid>> {
  const named = new Set<string>();
  for (const registers of values) {
    const company = currentValue(registers.company) as CompanyRef | null;
    if (company) named.add(company.id);
  }
  if (named.size === 0) return new Map();
  const rows = await work.tx.rows<{ external_id: string; id: Uuid }>(hot`/* company.ids */
    SELECT external_id, id FROM company
    WHERE workspace_id = ${work.workspaceId}::uuid AND external_id = ANY(${[...named]}::text[])`);
  return new Map(rows.map((row) => [row.external_id, row.id]));
}
