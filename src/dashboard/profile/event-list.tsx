/** What a visitor did, newest first, day by day. */
import { useInfiniteQuery } from '@tanstack/react-query';
import type { Event } from '../../../sdk/index.ts';
import { type EventType, eventsQuery } from '../data/queries.ts';
import { Failure } from '../parts/failure.tsx';
import { ListSkeleton } from '../parts/list-skeleton.tsx';
import { LoadMore } from '../parts/load-more.tsx';
import { Message } from '../parts/message.tsx';
import { dayText } from '../parts/time-text.ts';
import { EventItem } from './event-item.tsx';
import { EventTypeFilter } from './event-type-filter.tsx';

/** @param type what is listed. @param eventCount of events alone; undefined: on the way. */
export function EventList({
  visitorId,
  type,
  eventCount,
}: {
  readonly visitorId: string;
  readonly type: EventType;
  readonly eventCount: number | undefined;
}) {
  return (
    <>
      <EventTypeFilter type={type} eventCount={eventCount} />
      <Events visitorId={visitorId} type={type} />
    </>
  );
}

function Events({ visitorId, type }: { readonly visitorId: string; readonly type: EventType }) {
  const list = useInfiniteQuery(eventsQuery(visitorId, type));
  if (!list.data) {
    return list.error ? (
      <Failure what="The events" error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      <ListSkeleton what="the events" />
    );
  }
  const days = byDay(list.data.pages.flatMap(({ items }) => items));
  if (days.length === 0) {
    return (
      <Message icon="event" heading={type === 'page' ? 'No page views' : 'No events'}>
        <p>
          They come from <code>trackEvent</code> and <code>trackPageView</code> in your pages, or from your servers.
        </p>
      </Message>
    );
  }
  return (
    <>
      {days.map(({ day, events }) => (
        <section key={day} className="mt-4">
          <h2 className="mb-1.5 text-xs font-semibold text-muted">{day}</h2>
          <div className="panel divide-y divide-line overflow-hidden">
            {events.map((event) => (
              <EventItem key={event.id} event={event} />
            ))}
          </div>
        </section>
      ))}
      <LoadMore what="The events" list={list} />
    </>
  );
}

interface Day {
  readonly day: string;
  readonly events: Event[];
}

/** @param events in order; so are the days. */
function byDay(events: readonly Event[]): Day[] {
  const days: Day[] = [];
  for (const event of events) {
    const day = dayText(event.timestamp);
    const last = days.at(-1);
    if (last?.day === day) last.events.push(event);
    else days.push({ day, events: [event] });
  }
  return days;
}
