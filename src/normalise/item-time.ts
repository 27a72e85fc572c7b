/** When an item happened, by our clock: RFC 3339 in, milliseconds since 1970 out. */
import { EARLIEST_TIMESTAMP_MS, MAX_AHEAD_MS, SKEW_TOLERANCE_MS } from '../limits.ts';
import { Refusal } from './refusal.ts';

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d)))?$/;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * An RFC 3339 date-time (any offset, any number of fraction digits) or date (midnight UTC), in milliseconds; null for
 * any other text, and for days and times that no calendar or clock has.
 */
export function parseTime(text: string): number | null {
  const match = RFC_3339.exec(text);
  if (!match) return null;
  const [, years, months, days, hours, minutes, seconds, fraction, sign, offsetHours, offsetMinutes] = match;
  const day = dayStart(Number(years), Number(months), Number(days));
  if (day === null || hours === undefined) return day;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60) return null;
  if (Number(offsetHours ?? 0) > 23 || Number(offsetMinutes ?? 0) > 59) return null;
  const offset = (Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0)) * (sign === '-' ? -1 : 1);
  const minute = day + (Number(hours) * 60 + Number(minutes) - offset) * MINUTE_MS;
  if (Number(seconds) === 60 && !endsMonth(minute + MINUTE_MS)) return null;
  return minute + Number(seconds) * 1000 + Number((fraction ?? '').slice(0, 3).padEnd(3, '0'));
}

/** Unix times up to here count seconds, beyond it milliseconds: between the two lie the years 1973 and 5138. */
const MAX_UNIX_SECONDS = 1e11;

/**
 * A Unix time, in seconds or in milliseconds, as milliseconds.
 *
 * @throws {Refusal} bad_timestamp: before 2000, or more than a day ahead. A number says less than text, so what is not
 *   likely to be a time is taken for a mistake.
 */
export function unixTime(value: number, pointer: string, now: number): number {
  const time = Math.trunc(value > MAX_UNIX_SECONDS ? value : value * 1000);
  requirePlausible(time, pointer, now);
  return time;
}

/** What an item and its batch say about time, as sent. */
export interface SentTimes {
  readonly timestamp: unknown;
  /** The item's own; it wins over the batch's. */
  readonly sentAt: unknown;
  readonly batchSentAt: unknown;
  /** Our clock at the arrival, in milliseconds since 1970. */
  readonly receivedAt: number;
}

/**
 * The item's time in milliseconds, never later than `receivedAt`. A sender's clock that is off by more than
 * `SKEW_TOLERANCE_MS` is corrected by what it is off; without a timestamp the item happened when it was sent.
 *
 * @throws {Refusal} bad_timestamp: not RFC 3339, before 2000, or more than a day ahead after correction.
 */
export function itemTime({ timestamp, sentAt, batchSentAt, receivedAt }: SentTimes): number {
  const sent = readTime(sentAt, '/sentAt') ?? readTime(batchSentAt, '/sentAt');
  const given = readTime(timestamp, '/timestamp');
  const time = given ?? sent;
  if (time === undefined) return receivedAt;
  const skew = sent === undefined ? 0 : receivedAt - sent;
  const corrected = Math.abs(skew) > SKEW_TOLERANCE_MS ? time + skew : time;
  const pointer = given === undefined ? '/sentAt' : '/timestamp';
  requirePlausible(corrected, pointer, receivedAt);
  return Math.min(corrected, receivedAt);
}

/** Refuses a time. */
export function badTimestamp(pointer: string, detail: string): Refusal {
  return new Refusal('bad_timestamp', pointer, detail);
}

/** What a time has to look like, for refusals. */
export const TIME_FORMAT = 'A time has to be RFC 3339, such as 2024-01-15T10:00:00.000Z or 2024-01-15.';

function requirePlausible(time: number, pointer: string, now: number): void {
  // NaN is before everything, too.
  if (!(time >= EARLIEST_TIMESTAMP_MS)) throw badTimestamp(pointer, 'This is before the year 2000.');
  if (time > now + MAX_AHEAD_MS) throw badTimestamp(pointer, 'This is more than one day ahead.');
}

function readTime(value: unknown, pointer: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  const time = typeof value === 'string' ? parseTime(value) : null;
  if (time === null) throw badTimestamp(pointer, TIME_FORMAT);
  return time;
}

/** Midnight UTC of a day in the calendar, else null. */
function dayStart(year: number, month: number, day: number): number | null {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const length = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  if (day < 1 || day > length) return null;
  // Date.UTC takes the years 0 to 99 for 1900 to 1999; 400 years are always the same number of days.
  return year >= 100 ? Date.UTC(year, month - 1, day) : Date.UTC(year + 400, month - 1, day) - 146_097 * DAY_MS;
}

/** Whether a moment is the first of a month in UTC: only there a minute may have a 61st second. */
function endsMonth(time: number): boolean {
  return time % DAY_MS === 0 && new Date(time).getUTCDate() === 1;
}
