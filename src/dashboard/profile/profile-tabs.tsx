/** The parts of a profile, as links: each has an address of its own. */
import { Link } from '@tanstack/react-router';
import { countText } from '../parts/text.ts';
import { DEFAULT_TAB, TABS, type Tab } from './profile-search.ts';
import type { ProfileVisitor } from './profile-visitor.ts';

const LABELS: Readonly<Record<Tab, string>> = {
  events: 'Activity',
  sessions: 'Sessions',
  attributes: 'Attributes',
  company: 'Company',
  notes: 'Notes',
  merges: 'Merges',
};

/** @param visitor undefined: on the way, so nothing is counted yet. */
export function ProfileTabs({
  tab,
  visitor,
}: {
  readonly tab: Tab;
  readonly visitor: ProfileVisitor | null | undefined;
}) {
  return (
    <nav aria-label="Parts of the profile" className="-mx-3 overflow-x-auto border-b border-line px-3 sm:mx-0 sm:px-0">
      <ul className="flex gap-1">
        {TABS.map((each) => {
          const count = visitor && countOf(each, visitor);
          return (
            <li key={each} ref={each === tab ? reveal : undefined}>
              <Link
                to="."
                search={each === DEFAULT_TAB ? {} : { tab: each }}
                resetScroll={false}
                aria-current={each === tab ? 'page' : undefined}
                className={`flex h-10 items-center gap-1.5 border-b-2 px-2.5 -outline-offset-2 ${each === tab ? 'border-primary font-medium' : 'border-transparent text-muted hover:text-base-content'}`}
              >
                {LABELS[each]}
                {count !== undefined && count !== null && (
                  <span className="text-xs font-normal text-muted tabular-nums">{countText(count)}</span>
                )}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** On a narrow screen the links are scrolled sideways. */
function reveal(link: HTMLLIElement | null): void {
  link?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function countOf(tab: Tab, visitor: ProfileVisitor): number | null {
  if (tab === 'sessions') return visitor.sessionCount;
  if (tab === 'attributes') return Object.keys(visitor.attributes).length;
  return null;
}
