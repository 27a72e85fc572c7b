/** From page to page of the list, and how many visitors a page has. */
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Icon } from '../parts/icon.tsx';
import { countText } from '../parts/text.ts';
import { DEFAULT_SIZE, PAGE_SIZES, type VisitorSearch } from './visitor-search.ts';

const STEP = 'btn btn-sm btn-square border-base-300';

/** Everything fits on one page of the smallest size: then nothing is shown. */
export function Pager({ meta, search }: PagerProps) {
  const navigate = useNavigate();
  const { total, totalPages } = meta;
  const page = search.page ?? 1;
  const size = search.size ?? DEFAULT_SIZE;
  if (total <= PAGE_SIZES[0]) return null;
  const first = (page - 1) * size + 1;
  return (
    <nav aria-label="Pages" className="flex flex-wrap items-center justify-between gap-3 py-3">
      <label className="flex items-center gap-2 text-muted">
        Per page
        <select
          className="select h-8 w-auto border-base-300 text-sm text-base-content"
          value={size}
          onChange={({ target }) =>
            void navigate({
              to: '/visitors',
              search: ({ page: _page, ...rest }) => ({ ...rest, size: Number(target.value) }),
            })
          }
        >
          {PAGE_SIZES.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      </label>
      <div className="flex items-center gap-2">
        <p className="text-muted tabular-nums">
          {countText(first)}–{countText(Math.min(first + size - 1, total))} of {countText(total)}
        </p>
        <Step label="Previous page" to={page > 1 ? page - 1 : null}>
          <Icon name="back" />
        </Step>
        <Step label="Next page" to={page < totalPages ? page + 1 : null}>
          <Icon name="next" />
        </Step>
      </div>
    </nav>
  );
}

interface PagerProps {
  readonly meta: { readonly total: number; readonly totalPages: number };
  readonly search: VisitorSearch;
}

/** @param to null: there is no such page. */
function Step({
  label,
  to,
  children,
}: {
  readonly label: string;
  readonly to: number | null;
  readonly children: ReactNode;
}) {
  if (to === null) {
    return (
      <button type="button" disabled aria-label={label} className={STEP}>
        {children}
      </button>
    );
  }
  return (
    <Link
      to="/visitors"
      search={(rest) => ({ ...rest, page: to })}
      aria-label={label}
      title={label}
      className={`${STEP} bg-base-100 hover:bg-base-200`}
    >
      {children}
    </Link>
  );
}
