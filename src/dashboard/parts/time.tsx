/** A moment: how long ago it was, with the exact time behind it. */
import { useNow } from '../app/clock.tsx';
import { absoluteText, relativeText } from './time-text.ts';

/** @param at RFC 3339. @param isExact shows the exact time instead of the distance. */
export function Time({ at, isExact = false }: { readonly at: string; readonly isExact?: boolean }) {
  const now = useNow();
  const exact = absoluteText(at);
  return (
    <time dateTime={at} title={exact} className="tabular-nums">
      {isExact ? exact : relativeText(Date.parse(at), now)}
    </time>
  );
}
