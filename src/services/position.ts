/** Where a page of a list ended, as a cursor's text and back. A cursor may be forged, so every value in it is checked. */
import type { Uuid } from '../ids.ts';
import { isDirtyText } from '../normalise/clean.ts';

/** Time (RFC 3339) and id of the last row of a page. */
export type TimedPosition = readonly [at: string, id: Uuid];

/** @param wire the row's id as callers know it. */
export function writeTimed(at: Date, wire: string): string {
  return JSON.stringify([at.toISOString(), wire]);
}

/** @param readId back from the wire, null for a foreign id. @returns null when the text is not such a position. */
export function parseTimed(text: string, readId: (wire: string) => Uuid | null): TimedPosition | null {
  const [at, wire, ...rest] = parseList(text);
  if (!isWrittenTime(at) || typeof wire !== 'string' || rest.length > 0) return null;
  const id = readId(wire);
  return id === null ? null : [at, id];
}

/** The list that a cursor's text is, or an empty one. */
export function parseList(text: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

/** A time exactly as it is written into cursors, of the years 1 to 9999. */
export function isWrittenTime(value: unknown): value is string {
  if (typeof value !== 'string' || value.length !== WRITTEN_TIME_LENGTH || value.startsWith('0000')) return false;
  const time = Date.parse(value);
  return !Number.isNaN(time) && new Date(time).toISOString() === value;
}

/** A count, as 32 bits hold it. */
export function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_COUNT;
}

/** Text a database can hold. */
export function isCleanText(value: unknown): value is string {
  return typeof value === 'string' && !isDirtyText(value);
}

/** An id as the database writes it. */
export function isUuid(value: unknown): value is Uuid {
  return typeof value === 'string' && UUID.test(value);
}

const WRITTEN_TIME_LENGTH = '2026-01-15T10:00:00.000Z'.length;
const MAX_COUNT = 2 ** 31 - 1;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
