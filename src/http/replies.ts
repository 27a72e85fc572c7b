/** Answers as values: what handlers return, and the one place that writes them out. */
import type { FastifyReply } from 'fastify';
import type { Warning } from '../contract/item.ts';
import type { Page, VisitorPage } from '../contract/page.ts';
import type { VisitorId } from '../ids.ts';
import type { ExportFile, ExportReply } from '../services/export.ts';
import type { VisitorReply } from '../services/visitor.ts';

/** Where the REST routes begin. */
export const PREFIX = '/api/support';

/** An answer. Without `data` there is no body. */
export interface Reply {
  readonly status?: number;
  readonly data?: unknown;
  readonly meta?: Readonly<Record<string, unknown>> | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is, instead of `data`. */
  readonly file?: ExportFile;
}

/** Writes an answer out. */
export function send(reply: FastifyReply, { status = 200, data, meta, headers = {} }: Reply): FastifyReply {
  reply.code(status).headers(headers).header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
  if (data === undefined) return reply.send();
  return sendJson(reply, meta ? { data, meta } : { data });
}

/** Writes JSON out without looking for a schema to write it by. */
export function sendJson(reply: FastifyReply, body: unknown): FastifyReply {
  return reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body));
}

/** One thing. */
export function one(data: unknown): Reply {
  return { data };
}

/** A page of a list. */
export function many<Item>({ items, meta }: Page<Item>): Reply {
  return { data: items, meta: { ...meta } };
}

/** Something just made. @param location its path behind the prefix. @param data as it is answered. */
export function made(location: string, data: unknown): Reply {
  return { status: 201, data, headers: { location: PREFIX + location } };
}

/** Begun, and going on by itself. */
export function begun(data: unknown): Reply {
  return { status: 202, data };
}

/** Done, and nothing to say. */
export const done: Reply = { status: 204 };

/** A visitor, with the tag that an edit can be made conditional on. */
export function visitorReply({ visitor, etag, redirectedFrom }: VisitorReply): Reply {
  return redirected({ data: visitor, headers: { etag } }, redirectedFrom, visitor.id);
}

/** A page of what belongs to one visitor. @param below the list's path behind the visitor's. */
export function redirectedPage<Item>(page: VisitorPage<Item>, below: string): Reply {
  return redirected(many(page), page.redirectedFrom, page.visitorId, below);
}

/** A file about a visitor. @param below the file's path behind the visitor's. */
export function fileReply({ file, visitorId, redirectedFrom }: ExportReply, below: string): Reply {
  return redirected({ file }, redirectedFrom, visitorId, below);
}

/**
 * Something that belongs to one visitor.
 *
 * @param whose the survivor, and the id that was asked for when that was merged away. @param below its path behind theirs.
 */
export function ofVisitor(
  reply: Reply,
  whose: { readonly visitorId: VisitorId; readonly redirectedFrom: VisitorId | null },
  below: string,
): Reply {
  return redirected(reply, whose.redirectedFrom, whose.visitorId, below);
}

/** Says what was mended in the input, beside what the reply says of it already. */
export function warning(reply: Reply, mended: readonly Warning[]): Reply {
  if (mended.length === 0 || reply.data === undefined) return reply;
  const { warnings = [] } = (reply.meta ?? {}) as { readonly warnings?: readonly Warning[] };
  return { ...reply, meta: { ...reply.meta, warnings: [...mended, ...warnings] } };
}

/** Says where a merged-away id leads to: a canonical link and `meta.redirectedFrom`. */
function redirected(reply: Reply, from: VisitorId | null, survivor: VisitorId, below = ''): Reply {
  if (from === null) return reply;
  const meta = { ...reply.meta, redirectedFrom: from };
  const link = `<${PREFIX}/visitors/${survivor}${below}>; rel="canonical"`;
  return { ...reply, meta, headers: { ...reply.headers, link } };
}
