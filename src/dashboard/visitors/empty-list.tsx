/** What stands in place of the list when there is nobody in it, and what to do about it. */
import { Link } from '@tanstack/react-router';
import { Message } from '../parts/message.tsx';
import { InstallHint } from './install-hint.tsx';
import type { VisitorSearch } from './visitor-search.ts';

/** @param isFiltered something was searched for. @param total on all pages. */
export function EmptyList({ isFiltered, search, total }: EmptyListProps) {
  if (total > 0) {
    return (
      <Message icon="people" heading="This page is behind the last one">
        <Link to="/visitors" search={({ page: _page, ...rest }) => rest} className="btn btn-primary">
          To the first page
        </Link>
      </Message>
    );
  }
  if (isFiltered) {
    return (
      <Message icon="search" heading="Nobody found">
        <p className="max-w-full">
          {search.q === undefined ? (
            `There are no ${search.identity} visitors yet.`
          ) : (
            <>
              No {search.identity} visitor has <strong className="foreign">“{search.q}”</strong> in their name or email.
            </>
          )}
        </p>
        <Link to="/visitors" search={({ sort, size }) => ({ sort, size })} className="btn btn-primary">
          Show all visitors
        </Link>
      </Message>
    );
  }
  return <InstallHint />;
}

interface EmptyListProps {
  readonly isFiltered: boolean;
  readonly search: VisitorSearch;
  readonly total: number;
}
