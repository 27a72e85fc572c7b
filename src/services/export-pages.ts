/**
 * Walks long histories in pages, so that an export holds a few rows however many there are. Pages are read by keyset,
 * one index scan each, and only when somebody takes them.
 */
import type { Uuid } from '../ids.ts';
import type { Fragment } from '../infra/sql.ts';
import { sql } from '../infra/sql.ts';
import { EXPORT_PAGE_ROWS } from '../limits.ts';
import type { Person } from './export-person.ts';

/** Where a page of one record's history begins: behind this time and id. */
export interface Behind {
  readonly at: string;
  readonly id: Uuid;
}

/** A row of a history, with the two that order it. */
export interface TimedRow {
  readonly id: Uuid;
  readonly at: Date;
}

/** Reads at most `take` rows of a record, newest first. */
export type ReadRecord<Row> = (recordId: Uuid, behind: Behind, take: number) => Promise<Row[]>;

/** Before every id, and behind every id. */
export const FIRST_ID: Uuid = '00000000-0000-0000-0000-000000000000';
export const LAST_ID: Uuid = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** No row is newer. */
const NEWEST: Behind = { at: 'infinity', id: LAST_ID };
/** However many records a person has, each of their pages has so many rows. */
const MIN_PAGE_ROWS = 10;
/** Rows that all records together may hold ready. */
const HELD_ROWS = 4 * EXPORT_PAGE_ROWS;

/**
 * The histories of several records as one, newest first. Each record holds one page, small when there are many of them.
 */
export async function* newestFirst<Row extends TimedRow>(
  records: readonly Uuid[],
  read: ReadRecord<Row>,
): AsyncGenerator<Row[]> {
  const take = Math.max(MIN_PAGE_ROWS, Math.min(EXPORT_PAGE_ROWS, Math.floor(HELD_ROWS / records.length)));
  const queue: RecordQueue<Row>[] = [];
  for (const recordId of records) await enqueue(queue, new RecordQueue(recordId, take, read));
  let page: Row[] = [];
  for (let next = queue.pop(); next; next = queue.pop()) {
    page.push(next.shift());
    await enqueue(queue, next);
    if (page.length < EXPORT_PAGE_ROWS) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/**
 * A list in the order of a key of its own, page by page.
 *
 * @param read at most `take` rows behind `last`, which is undefined at first.
 */
export async function* inOrder<Row>(
  read: (last: Row | undefined, take: number) => Promise<Row[]>,
): AsyncGenerator<Row[]> {
  let last: Row | undefined;
  for (;;) {
    const rows = await read(last, EXPORT_PAGE_ROWS);
    if (rows.length > 0) yield rows;
    if (rows.length < EXPORT_PAGE_ROWS) return;
    last = rows.at(-1);
  }
}

/** Pages with each row as it is answered. */
export async function* mapped<Row, Item>(
  pages: AsyncIterable<readonly Row[]>,
  answer: (row: Row) => Item,
): AsyncGenerator<Item[]> {
  for await (const rows of pages) yield rows.map(answer);
}

/**
 * The records of a person that have any rows of a kind.
 *
 * @param name a comment that names the statement. @param rows what follows SELECT FROM, of a record `r`.
 */
export async function recordsWith({ source, records }: Person, name: Fragment, rows: Fragment): Promise<Uuid[]> {
  const found = await source.db.rows<{ id: Uuid }>(sql`${name}
    SELECT r.id FROM unnest(${records}::uuid[]) AS r(id) WHERE EXISTS (SELECT FROM ${rows}) ORDER BY r.id`);
  return found.map(({ id }) => id);
}

/** What is ready of one record. */
class RecordQueue<Row extends TimedRow> {
  #rows: Row[] = [];
  #next = 0;
  #behind = NEWEST;
  #isDone = false;

  constructor(
    readonly recordId: Uuid,
    readonly take: number,
    readonly read: ReadRecord<Row>,
  ) {}

  /** The newest that is left; undefined when nothing is. */
  get head(): Row | undefined {
    return this.#rows[this.#next];
  }

  /** Reads on when nothing is ready. */
  async fill(): Promise<void> {
    if (this.head || this.#isDone) return;
    this.#rows = await this.read(this.recordId, this.#behind, this.take);
    this.#next = 0;
    this.#isDone = this.#rows.length < this.take;
    const last = this.#rows.at(-1);
    if (last) this.#behind = { at: last.at.toISOString(), id: last.id };
  }

  /** Takes the head, which has to be there. */
  shift(): Row {
    const row = this.#rows[this.#next] as Row;
    this.#next += 1;
    return row;
  }
}

/** Puts a record where its newest row belongs: the newest of all stands last. */
async function enqueue<Row extends TimedRow>(queue: RecordQueue<Row>[], record: RecordQueue<Row>): Promise<void> {
  await record.fill();
  const { head } = record;
  if (!head) return;
  let [low, high] = [0, queue.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isOlder(queue[middle]?.head as Row, head)) low = middle + 1;
    else high = middle;
  }
  queue.splice(low, 0, record);
}

function isOlder(left: TimedRow, right: TimedRow): boolean {
  const [a, b] = [left.at.getTime(), right.at.getTime()];
  return a === b ? left.id < right.id : a < b;
}
