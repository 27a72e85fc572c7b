/** A moment: how long ago it was, or when; the exact time is always behind it. */
import { useNow } from '../app/clock.tsx';
import { clockText, exactText, momentText, relativeText } from './time-text.ts';

/** @param at RFC 3339. @param look `distance`: 5 minutes ago; `exact`: the date and time of day; `clock`: that alone. */
export function Time({ at, look = 'distance' }: TimeProps) {
  const now = useNow();
  const text = { distance: relativeText(Date.parse(at), now), exact: momentText(at), clock: clockText(at) }[look];
  return (
    <time dateTime={at} title={exactText(at)} className="tabular-nums">
      {text}
    </time>
  );
}

interface TimeProps {
  readonly at: string;
  readonly look?: 'distance' | 'exact' | 'clock';
}
