/** Events, page views, or both. */
import { Link } from '@tanstack/react-router';
import type { EventType } from '../data/queries.ts';
import { countText } from '../parts/text.ts';
import { DEFAULT_EVENT_TYPE } from './profile-search.ts';

const CHOICES = [
  { type: 'all', label: 'All' },
  { type: 'track', label: 'Events' },
  { type: 'page', label: 'Page views' },
] as const;

/** Links, so that each choice has its address. @param eventCount undefined: on the way. */
export function EventTypeFilter({
  type,
  eventCount,
}: {
  readonly type: EventType;
  readonly eventCount: number | undefined;
}) {
  return (
    <nav aria-label="Kind of event" className="mt-4">
      <ul className="flex w-fit rounded-field border border-base-300 p-0.5">
        {CHOICES.map((choice) => (
          <li key={choice.type}>
            <Link
              to="."
              search={choice.type === DEFAULT_EVENT_TYPE ? {} : { type: choice.type }}
              resetScroll={false}
              aria-current={choice.type === type ? 'true' : undefined}
              className={`flex h-7 items-center gap-1.5 rounded-[0.4rem] px-2.5 ${choice.type === type ? 'bg-tint font-medium text-tint-content' : 'text-muted hover:text-base-content'}`}
            >
              {choice.label}
              {choice.type === 'track' && eventCount !== undefined && (
                <span className="text-xs font-normal tabular-nums">{countText(eventCount)}</span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
