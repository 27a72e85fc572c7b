/** Which visitors became this one, how, and what was taken back. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { mergesQuery } from '../data/queries.ts';
import { Failure } from '../parts/failure.tsx';
import { ListSkeleton } from '../parts/list-skeleton.tsx';
import { LoadMore } from '../parts/load-more.tsx';
import { Message } from '../parts/message.tsx';
import { MergeItem } from './merge-item.tsx';

/** Newest first. */
export function MergeList({ visitorId }: { readonly visitorId: string }) {
  const list = useInfiniteQuery(mergesQuery(visitorId));
  if (!list.data) {
    return list.error ? (
      <Failure what="The merges" error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      <ListSkeleton what="the merges" lines={3} />
    );
  }
  const merges = list.data.pages.flatMap(({ items }) => items);
  if (merges.length === 0) {
    return (
      <Message icon="merge" heading="Never merged">
        <p>When an anonymous visitor turns out to be this person, it is written down here.</p>
      </Message>
    );
  }
  return (
    <div className="panel mt-4 overflow-hidden">
      <ul className="divide-y divide-line">
        {merges.map((merge) => (
          <MergeItem key={merge.id} merge={merge} />
        ))}
      </ul>
      <LoadMore what="The merges" list={list} />
    </div>
  );
}
