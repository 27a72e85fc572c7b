/** What the list of visitors shows, as the address says it, and as the API is asked. New filters begin here. */
import type { VisitorListQuery } from '../data/queries.ts';
import { countIn, oneOf } from '../data/url-state.ts';

/** Choices of how many visitors a page has. */
export const PAGE_SIZES = [25, 50, 100] as const;

/** Columns a list can be sorted by, as the API names them. */
const SORT_FIELDS = ['name', 'email', 'lastSeenAt', 'sessionCount', 'eventCount', 'firstSeenAt'] as const;
export type SortField = (typeof SORT_FIELDS)[number];

/** Ascending, or with `-` descending. */
export type Sort = SortField | `-${SortField}`;

/** Who is listed, when not all. */
const IDENTITIES = ['identified', 'anonymous'] as const;
export type Identity = (typeof IDENTITIES)[number];

/** Parameters of the address; what is left out has its default. */
export interface VisitorSearch {
  /** Part of a name or an email. */
  readonly q?: string;
  readonly identity?: Identity;
  readonly sort?: Sort;
  readonly page?: number;
  readonly size?: number;
}

/** The order when none was chosen: who was here last comes first. */
export const DEFAULT_SORT: Sort = '-lastSeenAt';
/** The page size when none was chosen. */
export const DEFAULT_SIZE = 25;

/** Longest search the API takes. */
const MAX_SEARCH = 320;

const SORTS = SORT_FIELDS.flatMap((field): Sort[] => [field, `-${field}`]);

/** Reads the address. Every parameter is named: what it cannot mean, or is as usual, is undefined, and so left out. */
export function visitorSearch(given: Readonly<Record<string, unknown>>): VisitorSearch {
  const q = String(given.q ?? '')
    .trim()
    .slice(0, MAX_SEARCH);
  const sort = oneOf(SORTS, given.sort);
  const identity = oneOf(IDENTITIES, given.identity);
  const page = countIn(given.page);
  const size = PAGE_SIZES.find((choice) => choice === countIn(given.size));
  return {
    q: q || undefined,
    identity,
    sort: sort === DEFAULT_SORT ? undefined : sort,
    page: page === 1 ? undefined : page,
    size: size === DEFAULT_SIZE ? undefined : size,
  };
}

/** What the API is asked for. */
export function listQuery({ q, identity, sort, page = 1, size = DEFAULT_SIZE }: VisitorSearch): VisitorListQuery {
  return {
    page,
    limit: size,
    sort: sort ?? DEFAULT_SORT,
    ...(q && { search: q }),
    ...(identity && { identified: identity === 'identified' }),
  };
}

/** The order a click on a column's head leads to: texts begin at A, numbers and times at the greatest. */
export function nextSort(field: SortField, current: Sort): Sort {
  const first: Sort = field === 'name' || field === 'email' ? field : `-${field}`;
  if (current !== first) return first;
  return first.startsWith('-') ? field : `-${field}`;
}
