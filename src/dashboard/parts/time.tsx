/** A moment: how long ago it was, or when; the exact time is always behind it. */
import { useNow } from '../app/clock.tsx';
import { exactText, momentText, relativeText, shortText } from './time-text.ts';

/** @param at RFC 3339. @param look `long`: 5 minutes ago; `short`: 5m ago; `exact`: the date and time of day. */
export function Time({ at, look = 'long' }: { readonly at: string; readonly look?: 'long' | 'short' | 'exact' }) {
  const now = useNow();
  const time = Date.parse(at);
  const text = { long: relativeText(time, now), short: shortText(time, now), exact: momentText(at) }[look];
  return (
    <time dateTime={at} title={exactText(at)} className="tabular-nums">
      {text}
    </time>
  );
}
