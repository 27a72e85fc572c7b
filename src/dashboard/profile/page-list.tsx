/** The pages of one visit, in the order they were seen. */
import type { SessionPage } from '../../../sdk/index.ts';
import { OutsideLink } from '../parts/outside-link.tsx';
import { counted, durationText, isVisible } from '../parts/text.ts';
import { Time } from '../parts/time.tsx';

/** @param pagesViewed all of them; the list may be cut. */
export function PageList({
  pages,
  pagesViewed,
}: {
  readonly pages: readonly SessionPage[];
  readonly pagesViewed: number;
}) {
  if (pages.length === 0) return null;
  const placed = pages.map((page, place) => ({ ...page, place }));
  return (
    <>
      <ol aria-label="Pages" className="mt-2 border-s border-line">
        {placed.map(({ place, url, title, viewedAt, timeOnPage, href }) => (
          <li key={place} className="flex items-start justify-between gap-4 py-1 ps-4">
            <div className="min-w-0">
              {title !== null && isVisible(title) && <p className="foreign line-clamp-2 font-medium">{title}</p>}
              <p className="line-clamp-2 text-xs text-muted">
                <OutsideLink address={href} text={url} />
              </p>
            </div>
            <p className="shrink-0 text-end text-xs text-muted tabular-nums">
              <Time at={viewedAt} look="clock" />
              <br />
              {timeOnPage === null ? 'open' : durationText(timeOnPage)}
            </p>
          </li>
        ))}
      </ol>
      {pagesViewed > pages.length && (
        <p className="mt-2 text-xs text-muted">
          … and {counted(pagesViewed - pages.length, 'more page', 'more pages')}
        </p>
      )}
    </>
  );
}
