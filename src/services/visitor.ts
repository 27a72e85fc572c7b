/** Visitors: one by any of its ids, or a page of them. Used by every door; knows none of them. */
import { createHash } from 'node:crypto';
import { type Context, requireScope } from '../context.ts';
import type { Page, Slice } from '../contract/page.ts';
import type { Visitor, VisitorQuery } from '../contract/visitor.ts';
import { NotFound } from '../errors.ts';
import { fromWire, toWire, type Uuid, type VisitorId } from '../ids.ts';
import { canonicalJson } from './canonical-json.ts';
import { findSurvivors } from './identifier.ts';
import { readPage, readSlice } from './page-read.ts';
import { visitorList } from './visitor-list.ts';
import { findVisitor, redirection } from './visitor-ref.ts';
import { readVisitors, toVisitor } from './visitor-row.ts';

/** A visitor, and by which id it was found. */
export interface VisitorReply {
  readonly visitor: Visitor;
  /** Over the editable fields; for `If-Match`. Quoted, as the header wants it. */
  readonly etag: string;
  /** The id that was asked for, when it was merged into this visitor. */
  readonly redirectedFrom: VisitorId | null;
}

/** @param ref `vis_…`, `user:…` or `anon:…`. @throws {Forbidden} without `visitors:read`. @throws {NotFound} */
export async function getVisitor(ctx: Context, ref: string): Promise<VisitorReply> {
  requireScope(ctx.caller, 'visitors:read');
  const { recordId, survivorId } = await findVisitor(ctx.db, ctx.caller.workspaceId, ref);
  return readReply(ctx, recordId, survivorId, ref);
}

/** Visitors that match, in the order asked for. @throws {Forbidden} without `visitors:read`. @throws {Invalid} */
export async function listVisitors(ctx: Context, query: VisitorQuery): Promise<Page<Visitor>> {
  requireScope(ctx.caller, 'visitors:read');
  const now = ctx.clock.now();
  return readPage(query, visitorList(ctx.db, ctx.caller.workspaceId, query, now), (row) => toVisitor(row, now));
}

/** The same without counting them. @throws {Forbidden} without `visitors:read`. @throws {Invalid} */
export async function sliceVisitors(ctx: Context, query: VisitorQuery): Promise<Slice<Visitor>> {
  requireScope(ctx.caller, 'visitors:read');
  const now = ctx.clock.now();
  return readSlice(query, visitorList(ctx.db, ctx.caller.workspaceId, query, now), (row) => toVisitor(row, now));
}

/** How many visitors match. @throws {Forbidden} without `visitors:read`. */
export async function countVisitors(ctx: Context, query: VisitorQuery): Promise<number> {
  requireScope(ctx.caller, 'visitors:read');
  return visitorList(ctx.db, ctx.caller.workspaceId, query, ctx.clock.now()).count();
}

/** Visitors by their ids, in two statements whatever their number; unknown ids are missing, merged-away ones redirect. */
export async function getVisitors(
  ctx: Context,
  ids: readonly VisitorId[],
): Promise<Map<VisitorId, Omit<VisitorReply, 'etag'>>> {
  requireScope(ctx.caller, 'visitors:read');
  const now = ctx.clock.now();
  const { workspaceId } = ctx.caller;
  const survivors = await findSurvivors(
    { tx: ctx.db, workspaceId },
    ids.flatMap((id) => fromWire('visitor', id) ?? []),
  );
  const rows = await readVisitors(ctx.db, workspaceId, [...new Set(survivors.values())], now);
  const visitors = new Map(rows.map((row) => [row.id, toVisitor(row, now)]));
  const found = new Map<VisitorId, Omit<VisitorReply, 'etag'>>();
  for (const [recordId, survivorId] of survivors) {
    const visitor = visitors.get(survivorId);
    const id = toWire('visitor', recordId);
    if (visitor) found.set(id, { visitor, redirectedFrom: redirection({ recordId, survivorId }, id) });
  }
  return found;
}

/** The answer for a record that was found. The survivor may have been merged since: then its own survivor answers. */
export async function readReply(ctx: Context, recordId: Uuid, survivorId: Uuid, ref: string): Promise<VisitorReply> {
  const now = ctx.clock.now();
  const [row] = await readVisitors(ctx.db, ctx.caller.workspaceId, [survivorId], now);
  if (!row) {
    const again = await findVisitor(ctx.db, ctx.caller.workspaceId, ref);
    if (again.survivorId === survivorId) throw new NotFound('There is no such visitor.');
    return readReply(ctx, again.recordId, again.survivorId, ref);
  }
  const visitor = toVisitor(row, now);
  return { visitor, etag: etagOf(visitor), redirectedFrom: redirection({ recordId, survivorId }, ref) };
}

/** Changes whenever an editable field does, and only then: not when the company is called something else. */
export function etagOf({ name, email, phone, avatarUrl, attributes, company }: Visitor): string {
  const { company: _name, ...own } = attributes;
  const fields = { name, email, phone, avatarUrl, attributes: own, company: company?.externalId ?? null };
  return `"${createHash('sha256').update(canonicalJson(fields)).digest('base64url').slice(0, 22)}"`;
}
