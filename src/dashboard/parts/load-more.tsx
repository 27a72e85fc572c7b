/** The end of a list that may go on. */
import { Failure } from './failure.tsx';

/** Shows a button while there is more, and what went wrong when it could not be read. */
export function LoadMore({ what, list }: LoadMoreProps) {
  const more = () => void list.fetchNextPage();
  if (list.error) {
    return (
      <div className="p-3">
        <Failure what={what} error={list.error} onRetry={more} />
      </div>
    );
  }
  if (!list.hasNextPage) return null;
  return (
    <div className="flex justify-center border-t border-line p-3">
      <button type="button" className="btn btn-sm" aria-busy={list.isFetchingNextPage} onClick={more}>
        {list.isFetchingNextPage ? 'Loading …' : 'Load more'}
      </button>
    </div>
  );
}

interface LoadMoreProps {
  /** E.g. `The events`. */
  readonly what: string;
  /** As much of an infinite query as is needed here. */
  readonly list: {
    readonly error: Error | null;
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    fetchNextPage(): Promise<unknown>;
  };
}
