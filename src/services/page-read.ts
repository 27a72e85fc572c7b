/** Reads pages of lists, by number or by cursor; what a list holds and how it is ordered, each list says itself. */
import type { Page, PageQuery } from '../contract/page.ts';
import { Invalid } from '../errors.ts';

/** How one list is read, in its order. `Position` is what the order goes by; unique within the list. */
export interface PagedList<Row, Position> {
  /** Rows in the whole list. */
  count(): Promise<number>;
  /** At most `take` rows behind `after`, or behind the first `skip`. */
  read(window: { after: Position | undefined; skip: number; take: number }): Promise<Row[]>;
  /** A row's position as text, for a cursor. */
  write(row: Row): string;
  /** A position from a cursor's text, or null when it is not one of ours. */
  parse(text: string): Position | null;
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
  const after = cursor === undefined ? undefined : list.parse(Buffer.from(cursor, 'base64url').toString());
  if (after === null) {
    throw new Invalid('The cursor is not one of this list.', [
      { pointer: '/cursor', detail: 'not a cursor of this list' },
    ]);
  }
  const skip = ((page ?? 1) - 1) * limit;
  const [rows, total] = await Promise.all([list.read({ after, skip, take: limit + 1 }), list.count()]);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    items: shown.map(answer),
    meta: {
      page: cursor === undefined ? (page ?? 1) : null,
      limit,
      total,
      totalPages: Math.ceil(total / limit),
      nextCursor: last === undefined ? null : Buffer.from(list.write(last)).toString('base64url'),
      totalIsEstimate: false,
    },
  };
}
