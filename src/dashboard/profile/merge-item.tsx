/** One merge: who became whom, how, by whom and when, and whether it still holds. */
import type { Merge } from '../../../sdk/index.ts';
import { Badge } from '../parts/badge.tsx';
import { Icon } from '../parts/icon.tsx';
import { Time } from '../parts/time.tsx';

const KINDS = { identify: 'Identified', alias: 'Alias', manual: 'Merged by hand' } as const;

/** The line. */
export function MergeItem({ merge }: { readonly merge: Merge }) {
  const { kind, sourceVisitorId, targetVisitorId, createdAt, by, undoneAt, undoneBy } = merge;
  return (
    <li className="flex items-start gap-3 px-3 py-2.5">
      <Icon name="merge" className="mt-1 text-muted" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-medium">{KINDS[kind]}</span>
          {undoneAt !== null && <Badge>Taken back</Badge>}
        </p>
        <p className="foreign font-mono text-xs text-muted">
          {sourceVisitorId} <span className="font-sans">became</span> {targetVisitorId}
        </p>
        <p className="text-xs text-muted">
          By <span className="foreign">{by.name}</span>
          {createdAt !== null && (
            <>
              , <Time at={createdAt} />
            </>
          )}
          {undoneAt !== null && (
            <>
              ; taken back by <span className="foreign">{undoneBy?.name}</span>, <Time at={undoneAt} />
            </>
          )}
        </p>
      </div>
    </li>
  );
}
