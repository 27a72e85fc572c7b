/** Moments in words. Knows no clock: the time is handed in. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  { unit: 'year', ms: 365 * DAY },
  { unit: 'month', ms: 30 * DAY },
  { unit: 'day', ms: DAY },
  { unit: 'hour', ms: HOUR },
  { unit: 'minute', ms: MINUTE },
] as const;

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const ABSOLUTE = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });
const DATE = new Intl.DateTimeFormat('en', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const TIME = new Intl.DateTimeFormat('en', { timeStyle: 'medium' });

/** `just now`, `5 minutes ago`, `yesterday`. Both in milliseconds since 1970. */
export function relativeText(at: number, now: number): string {
  const distance = at - now;
  const step = STEPS.find(({ ms }) => Math.abs(distance) >= ms);
  return step ? RELATIVE.format(Math.trunc(distance / step.ms), step.unit) : 'just now';
}

/** Date and time of day, where the reader is. @param at RFC 3339. */
export function absoluteText(at: string): string {
  return format(ABSOLUTE, at);
}

/** The day, where the reader is. @param at RFC 3339. */
export function dayText(at: string): string {
  return format(DATE, at);
}

/** The time of day, where the reader is. @param at RFC 3339. */
export function clockText(at: string): string {
  return format(TIME, at);
}

/** The time of day somewhere else, or null when the zone is none. @param zone IANA name. @param now milliseconds since 1970. */
export function timeIn(zone: string, now: number): string | null {
  try {
    return new Intl.DateTimeFormat('en', {
      hour: 'numeric',
      minute: '2-digit',
      weekday: 'short',
      timeZone: zone,
    }).format(now);
  } catch {
    return null; // browsers throw on zones they do not know
  }
}

/** A date that is none is shown as it came. */
function format(formatter: Intl.DateTimeFormat, at: string): string {
  const time = Date.parse(at);
  return Number.isNaN(time) ? at : formatter.format(time);
}
