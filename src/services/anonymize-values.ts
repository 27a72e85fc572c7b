/** What a person was ever called, and taking it away: identifiers, registers, edits, and everything derived of them. */
import type { Uuid } from '../ids.ts';
import { sql } from '../infra/sql.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Identifier } from './identifier.ts';
import type { IdentifyingValues } from './identifying-text.ts';
import type { LockedRecord } from './record.ts';
import { writeRegisters } from './record.ts';
import { ATTRIBUTE, type Register, type Registers } from './register.ts';
import type { Work } from './work.ts';

/** Attributes that customers put names into. */
const NAMES = new Set(
  ['firstName', 'first_name', 'lastName', 'last_name', 'fullName', 'full_name'].map((key) => `${ATTRIBUTE}${key}`),
);

/** A person's values, wherever they are kept. */
export interface Kept {
  readonly identifiers: readonly Identifier[];
  readonly merges: readonly { readonly registers: Registers; readonly undone: boolean }[];
  readonly edits: readonly { readonly field: string; readonly value: unknown }[];
}

/** Reads what locked records and their merges keep. */
export async function readKept(work: Work, records: readonly Uuid[]): Promise<Kept> {
  const identifiers = await work.tx.rows<Identifier>(sql`/* identifier.of_records */
    SELECT kind, value FROM identifier
    WHERE workspace_id = ${work.workspaceId}::uuid AND record_id = ANY(${records}::uuid[])`);
  const merges = await work.tx.rows<Kept['merges'][number]>(sql`/* merge.registers */
    SELECT registers, undone_at IS NOT NULL AS undone FROM merge
    WHERE workspace_id = ${work.workspaceId}::uuid
      AND (source_record_id = ANY(${records}::uuid[]) OR target_record_id = ANY(${records}::uuid[]))`);
  const edits = await work.tx.rows<{ field: string; value: unknown }>(sql`/* edit.of_records */
    SELECT field, value FROM visitor_edit
    WHERE workspace_id = ${work.workspaceId}::uuid AND record_id = ANY(${records}::uuid[])`);
  return { identifiers, merges, edits };
}

/** Everything that texts may call the person by. What an undone merge chose may be of whoever was on its other side. */
export function identifyingValues(locked: Iterable<LockedRecord>, kept: Kept): IdentifyingValues {
  const told = [
    ...[...locked].flatMap(({ registers }) => valuesOf(registers)),
    ...kept.merges.flatMap(({ registers, undone }) => (undone ? [] : valuesOf(registers))),
    ...kept.edits.map(({ field, value }) => [field, value] as const),
  ];
  const textsOf = (fits: (key: string) => boolean): string[] => [
    ...new Set(told.flatMap(([key, value]) => (fits(key) && typeof value === 'string' ? [value] : []))),
  ];
  return {
    names: textsOf((key) => key === 'name' || NAMES.has(key)),
    emails: textsOf((key) => key === 'email'),
    phones: textsOf((key) => key === 'phone'),
    ids: kept.identifiers.map(({ value }) => value),
  };
}

/** Takes all of it away. @returns how many values went, were reduced, and how many edits were deleted. */
export async function takeValues(
  work: Work,
  locked: ReadonlyMap<Uuid, LockedRecord>,
  kept: Kept,
): Promise<{ readonly values: number; readonly edits: number }> {
  const records = [...locked.keys()];
  const reduced = new Map([...locked].map(([id, { registers }]) => [id, reduceRegisters(registers)]));
  const inRecords = [...locked].reduce((sum, [id, { registers }]) => sum + differences(registers, reduced.get(id)), 0);
  const inMerges = kept.merges.reduce((sum, { registers }) => sum + Object.keys(registers).length, 0);
  await writeRegisters(work, reduced);
  await work.tx.run(sql`/* merge.reduce */
    UPDATE merge SET registers = '{}', plan_hash = NULL
    WHERE workspace_id = ${work.workspaceId}::uuid
      AND (source_record_id = ANY(${records}::uuid[]) OR target_record_id = ANY(${records}::uuid[]))`);
  await work.tx.run(sql`/* suggestion.drop */
    DELETE FROM merge_suggestion
    WHERE workspace_id = ${work.workspaceId}::uuid
      AND (source_record_id = ANY(${records}::uuid[]) OR target_record_id = ANY(${records}::uuid[]))`);
  const edits = await work.tx.run(sql`/* edit.drop */
    DELETE FROM visitor_edit
    WHERE workspace_id = ${work.workspaceId}::uuid AND record_id = ANY(${records}::uuid[])`);
  await work.tx.run(sql`/* export.drop */
    DELETE FROM visitor_export
    WHERE workspace_id = ${work.workspaceId}::uuid AND record_id = ANY(${records}::uuid[])`);
  await work.tx.run(sql`/* identifier.drop */
    DELETE FROM identifier WHERE workspace_id = ${work.workspaceId}::uuid AND record_id = ANY(${records}::uuid[])`);
  return { values: inRecords + inMerges, edits };
}

/** Country, and browser and OS without their versions. The message that told is forgotten. */
export function reduceRegisters(registers: Registers): Registers {
  const kept: Record<string, Register> = {};
  for (const [key, part] of [
    ['location', 'country'],
    ['browser', 'name'],
    ['os', 'name'],
  ] as const) {
    const register = registers[key];
    const value = (register?.v as Readonly<Record<string, unknown>> | undefined)?.[part];
    if (register && typeof value === 'string') kept[key] = { v: { [part]: value }, t: register.t, m: '' };
  }
  return kept;
}

function valuesOf(registers: Registers): (readonly [key: string, value: unknown])[] {
  return Object.entries(registers).map(([key, { v }]) => [key, v] as const);
}

function differences(before: Registers, after: Registers = {}): number {
  return Object.keys(before).filter((key) => canonicalJson(before[key] ?? null) !== canonicalJson(after[key] ?? null))
    .length;
}
