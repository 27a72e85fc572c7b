/** Where a page of a list ordered by (time, id) ended, as a cursor's text and back. */
import type { Uuid } from '../ids.ts';

/** Time (RFC 3339) and id of the last row of a page. */
export type TimedPosition = readonly [at: string, id: Uuid];

/** @param wire the row's id as callers know it. */
export function writeTimed(at: Date, wire: string): string {
  return JSON.stringify([at.toISOString(), wire]);
}

/** @param readId back from the wire, null for a foreign id. @returns null when the text is not such a position. */
export function parseTimed(text: string, readId: (wire: string) => Uuid | null): TimedPosition | null {
  const [at, wire] = parseList(text);
  if (typeof at !== 'string' || typeof wire !== 'string' || Number.isNaN(Date.parse(at))) return null;
  const id = readId(wire);
  return id === null ? null : [at, id];
}

function parseList(text: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
