/** What a recurring job is: data, and a function that answers what it did. */

/** What one run did, by name. */
export type Counts = Readonly<Record<string, number>>;

/** When a job is due: once a day from an hour (UTC) on, or at every multiple of so many minutes since 1970. */
export type Schedule = { readonly dailyAt: number } | { readonly everyMinutes: number };

/** A recurring job. Running it twice changes nothing more. */
export interface Job {
  /** Its lease goes by this name, so it is the same in every process and version. */
  readonly name: string;
  readonly schedule: Schedule;
  /** Does what there is to do; stops between two steps when `signal` says so, and the next run finishes. */
  run(signal: AbortSignal): Promise<Counts>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The last moment at which a job came due: milliseconds since 1970, at or before `now`. */
export function lastDue(schedule: Schedule, now: number): number {
  if ('everyMinutes' in schedule) return now - (now % (schedule.everyMinutes * MINUTE_MS));
  const offset = schedule.dailyAt * HOUR_MS;
  return Math.floor((now - offset) / DAY_MS) * DAY_MS + offset;
}
