/** What agents wrote down about a visitor. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { notesQuery } from '../data/queries.ts';
import { Failure } from '../parts/failure.tsx';
import { ListSkeleton } from '../parts/list-skeleton.tsx';
import { LoadMore } from '../parts/load-more.tsx';
import { Message } from '../parts/message.tsx';
import { NoteItem } from './note-item.tsx';

/** Newest first. */
export function NoteList({ visitorId }: { readonly visitorId: string }) {
  const list = useInfiniteQuery(notesQuery(visitorId));
  if (!list.data) {
    return list.error ? (
      <Failure what="The notes" error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      <ListSkeleton what="the notes" lines={3} />
    );
  }
  const notes = list.data.pages.flatMap(({ items }) => items);
  if (notes.length === 0) {
    return (
      <Message icon="page" heading="No notes">
        <p>What your servers and agents write down about this visitor is shown here.</p>
      </Message>
    );
  }
  return (
    <div className="panel mt-4 overflow-hidden">
      <ul aria-label="Notes" className="divide-y divide-line">
        {notes.map((note) => (
          <NoteItem key={note.id} note={note} />
        ))}
      </ul>
      <LoadMore what="The notes" list={list} />
    </div>
  );
}
