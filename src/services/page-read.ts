/** Reads pages of lists, by number or by cursor; what a list holds and how it is ordered, each list says itself. */
import type { Page, PageQuery, Slice, SliceQuery } from '../contract/page.ts';
import { Invalid } from '../errors.ts';

/** Which rows of a list are read: at most `take` behind `after`, or behind the first `skip`. */
export interface Window<Position> {
  readonly after: Position | undefined;
  readonly skip: number;
  readonly take: number;
}

/** How the rows of a list become cursors and back. `Position` is what the order goes by; unique within the list. */
export interface Positions<Row, Position> {
  /** A row's position as text, for a cursor. */
  write(row: Row): string;
  /** A position from a cursor's text, or null when it is not one of ours. */
  parse(text: string): Position | null;
}

/** How one list is read, in its order. */
export interface PagedList<Row, Position> extends Positions<Row, Position> {
  /** Rows in the whole list. */
  count(): Promise<number>;
  read(window: Window<Position>): Promise<Row[]>;
}

/**
 * One page of a list.
 *
 * @throws {Invalid} when the cursor is not one of this list's.
 */
export async function readPage<Row, Position, Item>(
  { limit, page, cursor }: PageQuery,
  list: PagedList<Row, Position>,
  answer: (row: Row) => Item,
): Promise<Page<Item>> {
  const after = positionOf(cursor, list);
  const skip = ((page ?? 1) - 1) * limit;
  const [rows, total] = await Promise.all([list.read({ after, skip, take: limit + 1 }), list.count()]);
  const slice = sliceOf(rows, limit, list, answer);
  return {
    ...slice,
    meta: {
      page: cursor === undefined ? (page ?? 1) : null,
      limit,
      total,
      totalPages: Math.ceil(total / limit),
      nextCursor: slice.hasNextPage ? slice.cursorAt(slice.items.length - 1) : null,
      totalIsEstimate: false,
    },
  };
}

/**
 * The same without counting the list.
 *
 * @throws {Invalid} when the cursor is not one of this list's.
 */
export async function readSlice<Row, Position, Item>(
  { limit, cursor }: SliceQuery,
  list: PagedList<Row, Position>,
  answer: (row: Row) => Item,
): Promise<Slice<Item>> {
  const rows = await list.read({ after: positionOf(cursor, list), skip: 0, take: limit + 1 });
  return sliceOf(rows, limit, list, answer);
}

/** Where a cursor points to. @throws {Invalid} when it is not one of this list's. */
export function positionOf<Position>(
  cursor: string | undefined,
  list: Pick<Positions<never, Position>, 'parse'>,
): Position | undefined {
  if (cursor === undefined) return undefined;
  const position = list.parse(Buffer.from(cursor, 'base64url').toString());
  if (position !== null) return position;
  throw new Invalid('The cursor is not one of this list.', [
    { pointer: '/cursor', detail: 'not a cursor of this list' },
  ]);
}

/** @param rows one more than `limit` when there are more. */
export function sliceOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  list: Pick<Positions<Row, unknown>, 'write'>,
  answer: (row: Row) => Item,
): Slice<Item> {
  return {
    items: rows.slice(0, limit).map(answer),
    cursorAt: (index) => Buffer.from(list.write(rows[index] as Row)).toString('base64url'),
    hasNextPage: rows.length > limit,
  };
}
