/** What an export says of how a person came to be one: merges, suggested merges, values, and companies. */

import type { Company } from '../contract/company.ts';
import type { ExportedValue } from '../contract/export.ts';
import type { Merge } from '../contract/merge.ts';
import type { Suggestion } from '../contract/suggestion.ts';
import { toWire, type Uuid } from '../ids.ts';
import { type Fragment, hot, sql } from '../infra/sql.ts';
import { type CompanyRow, toCompany } from './company.ts';
import { FIRST_ID, inOrder, LAST_ID, mapped } from './export-pages.ts';
import type { Person } from './export-person.ts';
import { type MergeRow, toMerge } from './merge-row.ts';
import type { Register } from './register.ts';

/** Merges with one of the records at either end, in force and undone, newest first. */
export function exportedMerges({ source, workspaceId, records }: Person): AsyncIterable<Merge[]> {
  const pages = inOrder<MergeRow>((last, take) =>
    source.db.rows(hot`/* export.merges */
      SELECT m.* FROM merge m
      WHERE m.workspace_id = ${workspaceId}::uuid AND m.id < ${last?.id ?? LAST_ID}::uuid AND m.id IN (${mergesOf(workspaceId, records)})
      ORDER BY m.id DESC
      LIMIT ${take}`),
  );
  return mapped(pages, toMerge);
}

interface SuggestionRow {
  readonly id: Uuid;
  readonly reason: Suggestion['reason'];
  readonly source_record_id: Uuid;
  readonly target_record_id: Uuid;
  readonly created_at: Date;
}

/** Suggested merges, newest first; both sides as they were named when it was suggested. */
export function exportedSuggestions({ source, workspaceId, records }: Person): AsyncIterable<Suggestion[]> {
  const pages = inOrder<SuggestionRow>((last, take) =>
    source.db.rows(hot`/* export.suggestions */
      SELECT g.id, g.reason, g.source_record_id, g.target_record_id, g.created_at FROM merge_suggestion g
      WHERE g.workspace_id = ${workspaceId}::uuid AND g.id < ${last?.id ?? LAST_ID}::uuid AND g.id IN (
        SELECT e.id FROM merge_suggestion e
        WHERE e.workspace_id = ${workspaceId}::uuid AND e.source_record_id = ANY(${records}::uuid[])
        UNION ALL
        SELECT e.id FROM merge_suggestion e
        WHERE e.workspace_id = ${workspaceId}::uuid AND e.target_record_id = ANY(${records}::uuid[])
      )
      ORDER BY g.id DESC
      LIMIT ${take}`),
  );
  return mapped(pages, (row) => ({
    id: toWire('suggestion', row.id),
    reason: row.reason,
    sourceVisitorId: toWire('visitor', row.source_record_id),
    targetVisitorId: toWire('visitor', row.target_record_id),
    createdAt: row.created_at.toISOString(),
  }));
}

interface ValueRow {
  readonly owner: Uuid;
  readonly record_id: Uuid;
  readonly kind: 'user' | 'anon' | null;
  readonly identifier: string | null;
  readonly field: string;
  readonly register: Register;
}

/** Every register of every record, then those that merges decided; each by field. */
export async function* exportedValues(person: Person): AsyncGenerator<ExportedValue[]> {
  const { source, workspaceId, records } = person;
  const ofRecords = inOrder<ValueRow>((last, take) =>
    source.db.rows(hot`/* export.values */
      SELECT r.id AS owner, r.id AS record_id, i.kind, i.value AS identifier, v.key AS field, v.value AS register
      FROM record r
      LEFT JOIN identifier i ON i.workspace_id = r.workspace_id AND i.record_id = r.id
      CROSS JOIN LATERAL jsonb_each(r.registers) v
      WHERE r.workspace_id = ${workspaceId}::uuid AND r.id = ANY(${records}::uuid[])
        AND (r.id, v.key COLLATE "C") > (${last?.owner ?? FIRST_ID}::uuid, ${last?.field ?? ''})
      ORDER BY r.id, v.key COLLATE "C"
      LIMIT ${take}`),
  );
  yield* mapped(ofRecords, (row) => toValue(row, null));
  const ofMerges = inOrder<ValueRow>((last, take) =>
    source.db.rows(hot`/* export.merge_values */
      SELECT m.id AS owner, m.target_survivor_id AS record_id, NULL AS kind, NULL AS identifier, v.key AS field,
        v.value AS register
      FROM merge m
      CROSS JOIN LATERAL jsonb_each(m.registers) v
      WHERE m.workspace_id = ${workspaceId}::uuid AND m.id IN (${mergesOf(workspaceId, records)})
        AND (m.id, v.key COLLATE "C") > (${last?.owner ?? FIRST_ID}::uuid, ${last?.field ?? ''})
      ORDER BY m.id, v.key COLLATE "C"
      LIMIT ${take}`),
  );
  yield* mapped(ofMerges, (row) => toValue(row, toWire('merge', row.owner)));
}

function toValue(row: ValueRow, mergeId: ExportedValue['mergeId']): ExportedValue {
  const { v, t, m, u } = row.register;
  const { kind, identifier } = row;
  return {
    visitorId: toWire('visitor', row.record_id),
    identifier:
      kind === null || identifier === null
        ? null
        : { kind: kind === 'user' ? 'userId' : 'anonymousId', value: identifier },
    mergeId,
    field: row.field,
    value: v ?? null,
    setAt: new Date(t).toISOString(),
    messageId: m,
    verified: !u,
  };
}

/** Companies that any value of theirs names, in force or not. */
export function exportedCompanies({ source, workspaceId, records }: Person): AsyncIterable<Company[]> {
  const pages = inOrder<CompanyRow>((last, take) =>
    source.db.rows(hot`/* export.companies */
      SELECT c.id, c.external_id, c.name, c.attributes, c.created_at FROM company c
      WHERE c.workspace_id = ${workspaceId}::uuid AND c.id > ${last?.id ?? FIRST_ID}::uuid AND c.external_id IN (
        SELECT r.registers -> 'company' -> 'v' ->> 'id' FROM record r
        WHERE r.workspace_id = ${workspaceId}::uuid AND r.id = ANY(${records}::uuid[])
        UNION
        SELECT m.registers -> 'company' -> 'v' ->> 'id' FROM merge m
        WHERE m.workspace_id = ${workspaceId}::uuid AND m.id IN (${mergesOf(workspaceId, records)})
      )
      ORDER BY c.id
      LIMIT ${take}`),
  );
  return mapped(pages, toCompany);
}

/** Ids of merges with one of the records at either end. */
function mergesOf(workspaceId: Uuid, records: readonly Uuid[]): Fragment {
  return sql`
    SELECT e.id FROM merge e
    WHERE e.workspace_id = ${workspaceId}::uuid AND e.source_record_id = ANY(${records}::uuid[])
    UNION ALL
    SELECT e.id FROM merge e
    WHERE e.workspace_id = ${workspaceId}::uuid AND e.target_record_id = ANY(${records}::uuid[])`;
}
