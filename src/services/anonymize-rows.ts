/** Rows with texts in them, scrubbed chunk by chunk. Knows no table. */
import type { Uuid } from '../ids.ts';
import type { Fragment } from '../infra/sql.ts';
import { sql } from '../infra/sql.ts';
import type { Work } from './work.ts';

/** Rows that are read and written at a time. */
export const CHUNK = 1000;

/** Up to two texts of one row. `holds`: it has more that goes whatever the texts say. */
export interface TextRow {
  readonly id: Uuid;
  readonly at: Date;
  readonly first: string | null;
  readonly second: string | null;
  readonly holds: boolean;
}

/** The last row that was read; rows are read in the order of these. */
export type Place = readonly [at: string, id: Uuid];

/** Rows of one kind, and what becomes of them. */
export interface Texts {
  /** Rows behind a place, in order, at most `CHUNK`. */
  readonly read: (after: Place) => Fragment;
  readonly write: (rows: readonly TextRow[]) => Fragment;
  readonly first: (text: string) => string;
  readonly second?: (text: string) => string;
}

/** Before all rows. */
export const BEFORE_ALL: Place = ['-infinity', '00000000-0000-0000-0000-000000000000' as Uuid];

/** One chunk of rows. @returns how many changed, and the place behind which there may be more; null when it was the last. */
export async function reduceChunk(
  work: Work,
  { read, write, first, second = first }: Texts,
  after: Place,
): Promise<{ readonly changed: number; readonly next: Place | null }> {
  const rows = await work.tx.rows<TextRow>(read(after));
  const scrubbed = rows.map((row) => ({
    ...row,
    first: row.first === null ? null : first(row.first),
    second: row.second === null ? null : second(row.second),
  }));
  const different = scrubbed.filter(
    (row, i) => row.holds || row.first !== rows[i]?.first || row.second !== rows[i]?.second,
  );
  if (different.length > 0) await work.tx.run(write(different));
  const last = rows.at(-1);
  return {
    changed: different.length,
    next: last && rows.length === CHUNK ? [last.at.toISOString(), last.id] : null,
  };
}

/** All chunks in one transaction. @returns how many rows changed. */
export async function reduce(work: Work, texts: Texts): Promise<number> {
  let changed = 0;
  for (let place: Place | null = BEFORE_ALL; place; ) {
    const chunk: Awaited<ReturnType<typeof reduceChunk>> = await reduceChunk(work, texts, place);
    changed += chunk.changed;
    place = chunk.next;
  }
  return changed;
}

/** What the rows become, for a FROM. */
export function newTexts(rows: readonly TextRow[]): Fragment {
  return sql`unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.first)}::text[],
    ${rows.map((row) => row.second)}::text[]) AS n(id, first, second)`;
}
