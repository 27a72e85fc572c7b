/**
 * Lists that belong to visitors – sessions, events, merges – read for many visitors in one statement. The records of a
 * person keep them, so each list is read record by record, merged and cut (docs/decisions.md, "History never moves").
 */
import type { Page, PageQuery, Slice, SliceQuery } from '../contract/page.ts';
import { fromWire, toWire, type Uuid, type VisitorId } from '../ids.ts';
import { type Fragment, sql } from '../infra/sql.ts';
import { type Positions, positionOf, readPage, sliceOf, type Window } from './page-read.ts';

/** A row with the visitor it was asked for. */
export interface OfVisitor {
  readonly visitor_id: Uuid;
}

/** One kind of list. */
export interface HistoryList<Row extends OfVisitor, Position> extends Positions<Row, Position> {
  /** Rows in each visitor's whole list. */
  count(visitorIds: readonly Uuid[]): Promise<readonly (OfVisitor & { readonly total: number })[]>;
  /** The window of each visitor's list, each in its order. */
  read(visitorIds: readonly Uuid[], window: Window<Position>): Promise<Row[]>;
}

/** One page of one visitor's list. @throws {Invalid} when the cursor is not one of this list's. */
export function readHistoryPage<Row extends OfVisitor, Position, Item>(
  query: PageQuery,
  list: HistoryList<Row, Position>,
  visitorId: Uuid,
  answer: (row: Row) => Item,
): Promise<Page<Item>> {
  return readPage(
    query,
    {
      count: async () => (await list.count([visitorId]))[0]?.total ?? 0,
      read: (window) => list.read([visitorId], window),
      write: list.write,
      parse: list.parse,
    },
    answer,
  );
}

/**
 * The same stretch of many visitors' lists, in the order of `visitorIds`.
 *
 * @throws {Invalid} when the cursor is not one of this list's.
 */
export async function readHistorySlices<Row extends OfVisitor, Position, Item>(
  { limit, cursor }: SliceQuery,
  list: HistoryList<Row, Position>,
  visitorIds: readonly VisitorId[],
  answer: (row: Row) => Item,
): Promise<Slice<Item>[]> {
  const after = positionOf(cursor, list);
  const rows = await list.read(visitorIds.map(uuidOf), { after, skip: 0, take: limit + 1 });
  const byVisitor = new Map<Uuid, Row[]>();
  for (const row of rows) {
    const known = byVisitor.get(row.visitor_id);
    if (known) known.push(row);
    else byVisitor.set(row.visitor_id, [row]);
  }
  return visitorIds.map((id) => sliceOf(byVisitor.get(uuidOf(id)) ?? [], limit, list, answer));
}

/** How long many visitors' lists are, in the order of `visitorIds`. */
export async function countHistories(
  list: Pick<HistoryList<never, never>, 'count'>,
  visitorIds: readonly VisitorId[],
): Promise<number[]> {
  const rows = await list.count(visitorIds.map(uuidOf));
  const totals = new Map(rows.map((row) => [toWire('visitor', row.visitor_id), row.total]));
  return visitorIds.map((id) => totals.get(id) ?? 0);
}

/** `v`: the visitors asked for, in the order of `n`. */
export function eachVisitor(visitorIds: readonly Uuid[]): Fragment {
  return sql`unnest(${visitorIds}::uuid[]) WITH ORDINALITY AS v(id, n)`;
}

/** `r`: every record of the person `v`, whom `v` may have been merged into since it was found. */
export function recordsOfEach(workspaceId: Uuid): Fragment {
  return sql`record o
    JOIN record r ON r.workspace_id = o.workspace_id AND r.canonical_id = o.canonical_id
      AND o.workspace_id = ${workspaceId}::uuid AND o.id = v.id AND o.erased_at IS NULL`;
}

function uuidOf(id: VisitorId): Uuid {
  const uuid = fromWire('visitor', id);
  if (uuid === null) throw new Error('A visitor was answered under an id that is none.');
  return uuid;
}
