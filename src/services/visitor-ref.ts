/** How callers name a visitor – `vis_…`, `user:<userId>`, `anon:<anonymousId>` – and the record and person behind it. */
import { NotFound } from '../errors.ts';
import { fromWire, toWire, type Uuid, type VisitorId } from '../ids.ts';
import type { Sql } from '../infra/database.ts';
import { hot } from '../infra/sql.ts';
import type { IdentifierKind } from './identifier.ts';

/** A named visitor: the record that was named, and the survivor that answers for it. */
export interface Found {
  readonly recordId: Uuid;
  readonly survivorId: Uuid;
}

const REFERENCE = /^(user|anon):(.+)$/s;

/**
 * Unlocked: the survivor may be merged into another one the moment after.
 *
 * @throws {NotFound} unknown, another workspace's, erased or no reference at all: the caller cannot tell which.
 */
export async function findVisitor(db: Sql, workspaceId: Uuid, ref: string): Promise<Found> {
  const [, kind, value] = REFERENCE.exec(ref) ?? [];
  const found = kind
    ? await byIdentifier(db, workspaceId, kind as IdentifierKind, value ?? '')
    : await byId(db, workspaceId, ref);
  if (!found) throw new NotFound('There is no such visitor.');
  return { recordId: found.id, survivorId: found.canonical_id };
}

/** The id that was asked for, when it was merged into another one: callers are told to use the new one. */
export function redirection({ recordId, survivorId }: Found, ref: string): VisitorId | null {
  const named = toWire('visitor', recordId);
  return named === ref && recordId !== survivorId ? named : null;
}

/** What a list that belongs to a visitor says of whose it is. */
export function answeredBy(found: Found, ref: string): { visitorId: VisitorId; redirectedFrom: VisitorId | null } {
  return { visitorId: toWire('visitor', found.survivorId), redirectedFrom: redirection(found, ref) };
}

interface Row {
  id: Uuid;
  canonical_id: Uuid;
}

async function byId(db: Sql, workspaceId: Uuid, ref: string): Promise<Row | undefined> {
  const id = fromWire('visitor', ref);
  if (id === null) return undefined;
  const [row] = await db.rows<Row>(hot`/* visitor.by_id */
    SELECT id, canonical_id FROM record WHERE workspace_id = ${workspaceId}::uuid AND id = ${id}::uuid
      AND erased_at IS NULL`);
  return row;
}

async function byIdentifier(db: Sql, workspaceId: Uuid, kind: IdentifierKind, value: string): Promise<Row | undefined> {
  // The database cannot hold a NUL, so nobody has such an id.
  if (value.includes('\0')) return undefined;
  const [row] = await db.rows<Row>(hot`/* visitor.by_identifier */
    SELECT r.id, r.canonical_id
    FROM identifier i
    JOIN record r ON r.workspace_id = i.workspace_id AND r.id = i.record_id
    WHERE i.workspace_id = ${workspaceId}::uuid AND i.kind = ${kind} AND i.value = ${value}`);
  return row;
}
