/** A visitor's visits, newest first. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { sessionsQuery } from '../data/queries.ts';
import { Failure } from '../parts/failure.tsx';
import { ListSkeleton } from '../parts/list-skeleton.tsx';
import { LoadMore } from '../parts/load-more.tsx';
import { Message } from '../parts/message.tsx';
import { SessionItem } from './session-item.tsx';

/** The list, the latest visit open. */
export function SessionList({ visitorId }: { readonly visitorId: string }) {
  const list = useInfiniteQuery(sessionsQuery(visitorId));
  if (!list.data) {
    return list.error ? (
      <Failure what="The sessions" error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      <ListSkeleton what="the sessions" />
    );
  }
  const sessions = list.data.pages.flatMap(({ items }) => items);
  if (sessions.length === 0) {
    return (
      <Message icon="visit" heading="No sessions">
        <p>Sessions come from the widget in your pages. What servers send does not make one.</p>
      </Message>
    );
  }
  return (
    <div className="panel mt-4 divide-y divide-line overflow-hidden">
      {sessions.map((session, index) => (
        <SessionItem key={session.id} session={session} isOpenAtFirst={index === 0} />
      ))}
      <LoadMore what="The sessions" list={list} />
    </div>
  );
}
