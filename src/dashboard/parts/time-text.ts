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

const LOCALE = localeOf(globalThis.navigator?.language ?? 'en-US');
const DISTANCE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const EXACT = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'full', timeStyle: 'long' });
const MOMENT = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' });
const UTC_DATE = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeZone: 'UTC' });
const DATE = new Intl.DateTimeFormat(LOCALE, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const TIME = new Intl.DateTimeFormat(LOCALE, { timeStyle: 'medium' });

/**
 * How the reader's country writes times, in English as the words around them: `de-DE` counts 24 hours and puts the day
 * before the month. @param language as the browser has it; what is none is taken as American.
 */
export function localeOf(language: string): Intl.Locale {
  try {
    const { region = 'US' } = new Intl.Locale(language).maximize();
    const { hourCycle = 'h12' } = new Intl.DateTimeFormat(language, { hour: 'numeric' }).resolvedOptions();
    return new Intl.Locale('en', { region, hourCycle });
  } catch {
    return new Intl.Locale('en-US');
  }
}

/** `just now`, `5 minutes ago`, `yesterday`. Both in milliseconds since 1970. */
export function relativeText(at: number, now: number): string {
  const distance = at - now;
  const step = STEPS.find(({ ms }) => Math.abs(distance) >= ms);
  return step ? DISTANCE.format(Math.trunc(distance / step.ms), step.unit) : 'just now';
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
    return new Intl.DateTimeFormat(LOCALE, {
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
