/** How every list is asked for and answered: page numbers or a cursor, and what is left. */
import { z } from 'zod';
import type { VisitorId } from '../ids.ts';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../limits.ts';
import { numberParameter } from './text.ts';

/** The parameters of a page, to be spread into the query of each list. */
export const pageParameters = {
  limit: numberParameter(1, MAX_PAGE_SIZE).default(DEFAULT_PAGE_SIZE).describe('Items per page.'),
  page: numberParameter(1, 999_999_999).optional().describe('Page number, from 1. Not together with `cursor`.'),
  cursor: z.string().min(1).max(1000).optional().describe('`meta.nextCursor` of the page before.'),
};

/** The same as arguments of a connection, to be spread into those of each. */
export const sliceArguments = {
  first: z.int().min(1).max(MAX_PAGE_SIZE).default(DEFAULT_PAGE_SIZE),
  after: z.string().min(1).max(1000).optional(),
};

/** Refuses a query that names both a page number and a cursor: they would contradict each other. */
export function pageOrCursor<Query extends z.ZodType<{ page?: number | undefined; cursor?: string | undefined }>>(
  query: Query,
): Query {
  return query.refine((q) => q.page === undefined || q.cursor === undefined, {
    path: ['cursor'],
    message: 'either page or cursor, not both',
  });
}

/** The query of a list that has no filters. */
export const pageQuery = pageOrCursor(z.strictObject(pageParameters));
export type PageQuery = z.output<typeof pageQuery>;
/** A page that can only be asked for by cursor. */
export type SliceQuery = Omit<PageQuery, 'page'>;

/** What stands beside the items of a page. */
export const pageMeta = z
  .object({
    page: z.int().min(1).nullable().describe('Null when the page was asked for by cursor.'),
    limit: z.int().min(1),
    total: z.int().min(0).describe('Items in the whole list.'),
    totalPages: z.int().min(0),
    nextCursor: z.string().nullable().describe('Asks for the next page; null on the last.'),
    totalIsEstimate: z.boolean().describe('The list is so long that `total` is a close guess.'),
  })
  .meta({ id: 'PageMeta' });
export type PageMeta = z.output<typeof pageMeta>;

/** A stretch of a list, for callers who walk it by cursor. */
export interface Slice<Item> {
  readonly items: Item[];
  /** Asks for what is behind an item. @param index of the item in `items`. */
  cursorAt(index: number): string;
  readonly hasNextPage: boolean;
}

/** One page of a list, as services answer it. */
export interface Page<Item> extends Slice<Item> {
  readonly meta: PageMeta;
}

/** A page of what belongs to one visitor. */
export interface VisitorPage<Item> extends Page<Item> {
  /** The survivor, whose list it is: where a canonical link leads. */
  readonly visitorId: VisitorId;
  /** The id that was asked for, when it was merged into this visitor. */
  readonly redirectedFrom: VisitorId | null;
}
