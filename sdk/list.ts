/** A list as it is walked: item by item, page by page, or one page by itself. Nothing is asked for before that. */

/** What stands beside the items of a page. */
export interface PageMeta {
  /** Null when the page was asked for by cursor. */
  readonly page: number | null;
  readonly limit: number;
  /** Items in the whole list. */
  readonly total: number;
  readonly totalPages: number;
  /** Asks for the next page; null on the last. */
  readonly nextCursor: string | null;
  /** The list is so long that `total` is a close guess. */
  readonly totalIsEstimate: boolean;
  /** The id that was asked for, when it was merged away. */
  readonly redirectedFrom?: string;
}

/** One page. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly meta: PageMeta;
}

/** A list, from the page that was asked for to its end: `for await (const item of list)`. */
export interface List<Item> extends AsyncIterable<Item> {
  /** The page that was asked for, alone. */
  page(): Promise<Page<Item>>;
  /** Page by page. */
  pages(): AsyncIterable<Page<Item>>;
}

/** @param fetchPage the page of a cursor; undefined: the one that was asked for. */
export function listOf<Item>(fetchPage: (cursor: string | undefined) => Promise<Page<Item>>): List<Item> {
  async function* pages() {
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page: Page<Item> = await fetchPage(cursor);
      yield page;
      cursor = page.meta.nextCursor;
    }
  }
  async function* items() {
    for await (const page of pages()) yield* page.items;
  }
  return { page: () => fetchPage(undefined), pages, [Symbol.asyncIterator]: items };
}
