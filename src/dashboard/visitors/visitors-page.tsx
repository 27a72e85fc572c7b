/** Support › Visitors: who came, searched, sorted, page by page. What it shows is in the address. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import { useShortcuts } from '../app/shortcuts.tsx';
import { useTitle } from '../app/title.ts';
import { visitorsQuery } from '../data/queries.ts';
import { Failure } from '../parts/failure.tsx';
import { EmptyList } from './empty-list.tsx';
import { IdentityFilter } from './identity-filter.tsx';
import { Pager } from './pager.tsx';
import { useRowKeys } from './row-keys.ts';
import { SearchBox } from './search-box.tsx';
import { SortChoice } from './sort-choice.tsx';
import { VisitorCount } from './visitor-count.tsx';
import { listQuery, type VisitorSearch } from './visitor-search.ts';
import { VisitorTable } from './visitor-table.tsx';

const route = getRouteApi('/frame/visitors');

/** The page. */
export function VisitorsPage() {
  useTitle('Visitors');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch, isPlaceholderData } = useQuery(visitorsQuery(listQuery(search)));
  const box = useRef<HTMLInputElement>(null);
  const table = useRef<HTMLTableElement>(null);
  useRowKeys(table);
  useShortcuts(
    useMemo(
      () => ({
        '/': () => {
          box.current?.focus();
          box.current?.select();
          return true;
        },
      }),
      [],
    ),
  );
  /** Shows something else, from its first page. */
  const show = (change: VisitorSearch, replace = false) =>
    void navigate({ search: ({ page: _page, ...rest }) => ({ ...rest, ...change }), replace });
  const isFiltered = search.q !== undefined || search.identity !== undefined;
  const isEmpty = data?.items.length === 0;
  return (
    <div className="mx-auto max-w-7xl px-3 pb-6 sm:px-6">
      <div className="flex flex-wrap items-end gap-x-4 gap-y-3 py-4 sm:py-5">
        <div className="me-auto">
          <p className="text-xs text-muted">Support</p>
          <div className="flex items-baseline gap-3">
            <h1 className="text-xl font-semibold tracking-tight">Visitors</h1>
            <VisitorCount meta={data?.meta} search={search} isStale={isPlaceholderData} />
          </div>
        </div>
        <SearchBox
          text={search.q ?? ''}
          input={box}
          onSearch={(q) => show({ q: q || undefined }, search.q !== undefined && q !== '')}
          onLeave={() => table.current?.querySelector<HTMLElement>('[data-row]')?.focus()}
        />
        <IdentityFilter identity={search.identity} onChange={(identity) => show({ identity })} />
        <SortChoice sort={search.sort} onChange={(sort) => show({ sort })} />
      </div>
      {error && <Failure what="The visitors" error={error} onRetry={() => void refetch()} />}
      {isEmpty ? (
        <EmptyList isFiltered={isFiltered} search={search} total={data?.meta.total ?? 0} />
      ) : (
        (data || !error) && (
          <div
            aria-busy={isPlaceholderData || !data}
            className={isPlaceholderData ? 'opacity-60 transition-opacity' : ''}
          >
            <VisitorTable table={table} visitors={data?.items} search={search} />
            {data && <Pager meta={data.meta} search={search} />}
          </div>
        )
      )}
    </div>
  );
}
