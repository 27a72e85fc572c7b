/** Time, as something handed in: services and tests never ask the machine for it. */
export interface Clock {
  now(): Date;
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => new Date() };

/** Milliseconds since 1970 as RFC 3339 in UTC, with milliseconds and `Z`: the one way times are written. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
