/** One note: what it says, who wrote it and when, and who changed it last. */
import type { Note } from '../../../sdk/index.ts';
import { Icon } from '../parts/icon.tsx';
import { Time } from '../parts/time.tsx';

/** The entry. Its text is shown as text, with the line breaks it has. */
export function NoteItem({ note }: { readonly note: Note }) {
  const { body, by, createdAt, updatedAt, updatedBy } = note;
  return (
    <li className="flex items-start gap-3 px-3 py-2.5">
      <Icon name="page" className="mt-1 text-muted" />
      <div className="min-w-0 flex-1">
        <p className="foreign whitespace-pre-wrap">{body}</p>
        <p className="text-xs text-muted">
          By <span className="foreign">{by.name}</span>, <Time at={createdAt} />
          {updatedAt !== null && (
            <>
              ; changed by <span className="foreign">{updatedBy?.name}</span>, <Time at={updatedAt} />
            </>
          )}
        </p>
      </div>
    </li>
  );
}
