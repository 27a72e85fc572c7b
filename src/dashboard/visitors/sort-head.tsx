/** The head of a column: a link to the list sorted by it. */
import { Link } from '@tanstack/react-router';
import { Icon } from '../parts/icon.tsx';
import { DEFAULT_SORT, nextSort, type SortField, type VisitorSearch } from './visitor-search.ts';

/** @param field undefined: the list cannot be sorted by it. */
export function SortHead({ label, field, className, search }: SortHeadProps) {
  const current = search.sort ?? DEFAULT_SORT;
  const isSorted = field !== undefined && current.replace('-', '') === field;
  const isDown = isSorted && current.startsWith('-');
  return (
    <th
      scope="col"
      aria-sort={isSorted ? (isDown ? 'descending' : 'ascending') : undefined}
      className={`h-9 px-3 text-xs font-medium text-muted ${className}`}
    >
      {field === undefined ? (
        label
      ) : (
        <Link
          to="/visitors"
          search={({ page: _page, ...rest }) => ({ ...rest, sort: nextSort(field, current) })}
          className={`-mx-1.5 inline-flex h-7 items-center gap-0.5 rounded-field px-1.5 hover:text-base-content ${isSorted ? 'text-base-content' : ''}`}
        >
          {label}
          {isSorted && <Icon name="down" className={`size-3.5 ${isDown ? '' : 'rotate-180'}`} />}
        </Link>
      )}
    </th>
  );
}

interface SortHeadProps {
  readonly label: string;
  readonly field?: SortField;
  readonly className: string;
  readonly search: VisitorSearch;
}
