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

const LONG = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const SHORT = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'narrow' });
const EXACT = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'long' });
const MOMENT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
const UTC_DATE = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' });
const DATE = new Intl.DateTimeFormat('en', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const TIME = new Intl.DateTimeFormat('en', { timeStyle: 'medium' });

/** `just now`, `5 minutes ago`, `yesterday`. Both in milliseconds since 1970. */
export function relativeText(at: number, now: number): string {
  return distanceText(LONG, at - now);
}

/** `just now`, `5m ago`, `yesterday`. Both in milliseconds since 1970. */
export function shortText(at: number, now: number): string {
  return distanceText(SHORT, at - now);
}

/** Everything about a moment, with the zone. @param at RFC 3339. */
export function exactText(at: string): string {
  return format(EXACT, at);
}

/** Date and time of day, where the reader is; a date that was sent without a time stays that day. @param at RFC 3339. */
export function momentText(at: string): string {
  return format(/T00:00:00(\.000)?Z$/.test(at) ? UTC_DATE : MOMENT, at);
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

function distanceText(words: Intl.RelativeTimeFormat, distance: number): string {
  const step = STEPS.find(({ ms }) => Math.abs(distance) >= ms);
  return step ? words.format(Math.trunc(distance / step.ms), step.unit) : 'just now';
}

/** A date that is none is shown as it came. */
function format(formatter: Intl.DateTimeFormat, at: string): string {
  const time = Date.parse(at);
  return Number.isNaN(time) ? at : formatter.format(time);
}
