/** The end of a list that may go on. */

/** Shows a button while there is more. */
export function LoadMore({ list }: { readonly list: MoreList }) {
  if (!list.hasNextPage) return null;
  return (
    <div className="flex justify-center border-t border-line p-3">
      <button
        type="button"
        className="btn btn-sm"
        aria-busy={list.isFetchingNextPage}
        onClick={() => void list.fetchNextPage()}
      >
        {list.isFetchingNextPage ? 'Loading …' : 'Load more'}
      </button>
    </div>
  );
}

/** As much of an infinite query as is needed here. */
export interface MoreList {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  fetchNextPage(): Promise<unknown>;
}
