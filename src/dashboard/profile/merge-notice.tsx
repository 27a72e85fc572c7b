/** Says that the visitor one asked for lives on as this one. */
import { useLocation } from '@tanstack/react-router';
import { Icon } from '../parts/icon.tsx';

/** Nothing, unless somebody came with an id that was merged away. */
export function MergeNotice() {
  const mergedFrom = useLocation({ select: ({ state }) => state.mergedFrom });
  if (mergedFrom === undefined) return null;
  return (
    <p role="status" className="mb-4 flex items-start gap-2 rounded-box bg-tint px-3 py-2 text-tint-content">
      <Icon name="merge" className="mt-0.5" />
      <span className="min-w-0">
        <code className="foreign font-mono text-xs">{mergedFrom}</code> was merged into this visitor.
      </span>
    </p>
  );
}
