/** How many visitors there are, or match: said aloud whenever it changes. */
import { counted, countText } from '../parts/text.ts';
import type { VisitorSearch } from './visitor-search.ts';

/** @param meta undefined: not known yet. @param isStale it is that of the search before. */
export function VisitorCount({ meta, search, isStale }: VisitorCountProps) {
  return (
    <p role="status" className="text-muted tabular-nums">
      {meta && !isStale && <span>{textOf(meta, search)}</span>}
    </p>
  );
}

interface VisitorCountProps {
  readonly meta: { readonly total: number; readonly totalIsEstimate: boolean } | undefined;
  readonly search: VisitorSearch;
  readonly isStale: boolean;
}

function textOf({ total, totalIsEstimate }: NonNullable<VisitorCountProps['meta']>, { q, identity }: VisitorSearch) {
  if (q !== undefined || identity !== undefined) return `${countText(total)} found`;
  return totalIsEstimate ? `about ${counted(total, 'visitor')}` : counted(total, 'visitor');
}
