/**
 * The doors widgets and servers send to: a single item or a batch. The busiest part of the server, so nothing is
 * validated, logged or hooked here; the pipeline judges every item by itself.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { type IngestOperation, ingestRoutes } from '../contract/ingest-routes.ts';
import type { IngestRoute } from '../contract/route.ts';
import { AppError, Invalid } from '../errors.ts';
import type { ItemResult, Submission } from '../ingest/pipeline.ts';
import { MAX_BATCH_ITEMS } from '../limits.ts';
import { issueVisitorToken } from '../services/visitor-token.ts';
import { authenticate, keyOfIngestion } from './auth.ts';
import { readBodiesOfAnyType } from './body-parser.ts';
import { allowAnyOrigin, answerPreflight } from './cors.ts';
import { contextOf, type Doors } from './doors.ts';
import type { Limiter } from './limiter.ts';
import { PREFIX, send, sendJson } from './replies.ts';

type ProxyPlace = NonNullable<Submission['proxyPlace']>;

/** The one item of a call was refused: what a batch says beside the item, as an error. */
export class RejectedItem extends AppError {
  readonly code: string;
  readonly status: number;
  override readonly facts: Readonly<Record<string, unknown>>;
  constructor({ code = 'invalid', detail = 'The item was rejected.', pointer = '', messageId, limit }: ItemResult) {
    super(detail);
    this.code = code;
    // What a key may not say is refused like what it may not do.
    this.status = code === 'forbidden' ? 403 : 422;
    this.faults = [{ pointer, detail }];
    this.facts = limit === undefined ? { messageId } : { messageId, limit };
  }
  override readonly faults: AppError['faults'];
}

/** More items than one batch may have. */
export class TooManyItems extends AppError {
  readonly code = 'too_many_items';
  readonly status = 413;
  override readonly facts = { limit: MAX_BATCH_ITEMS };
  override readonly faults: AppError['faults'];
  constructor(list: string) {
    super(`A batch has at most ${MAX_BATCH_ITEMS} items.`);
    this.faults = [{ pointer: `/${list}`, detail: `at most ${MAX_BATCH_ITEMS} items` }];
  }
}

/** Adds the ingestion routes of the table. */
export async function ingestionDoors(app: FastifyInstance, doors: Doors, limiter: Limiter): Promise<void> {
  app.addHook('onRequest', allowAnyOrigin);
  readBodiesOfAnyType(app);
  for (const name of Object.keys(ingestRoutes) as IngestOperation[]) {
    const { path, takes } = ingestRoutes[name];
    app.post(PREFIX + path, doorFor(doors, limiter, takes));
    app.options(PREFIX + path, answerPreflight);
  }
}

type Door = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

function doorFor(doors: Doors, limiter: Limiter, takes: IngestRoute['takes']): Door {
  if (takes === 'batch') return batchDoor(doors, limiter);
  return takes === 'token' ? tokenDoor(doors, limiter) : singleDoor(doors, limiter, takes);
}

function tokenDoor(doors: Doors, limiter: Limiter): Door {
  return async (request, reply) => {
    const ctx = await admit(doors, request);
    await limiter.take(ctx.caller, 1, reply);
    return send(reply, { data: await issueVisitorToken(ctx, request.body) });
  };
}

function singleDoor(doors: Doors, limiter: Limiter, type: Submission['type']): Door {
  return async (request, reply) => {
    const ctx = await admit(doors, request);
    await limiter.take(ctx.caller, 1, reply);
    const idempotencyKey = request.headers['idempotency-key'] as string | undefined;
    const submission = { type, idempotencyKey, proxyPlace: proxyPlace(doors, ctx, request) };
    const [result] = await doors.ingest.submit(ctx, [request.body], submission);
    if (!result || result.status === 'rejected') throw new RejectedItem(result as ItemResult);
    const { visitorId, messageId, status, code, warnings } = result;
    return sendJson(reply, { data: { visitorId, messageId, status, code, warnings } });
  };
}

function batchDoor(doors: Doors, limiter: Limiter): Door {
  return async (request, reply) => {
    const ctx = await admit(doors, request);
    const { items, sentAt } = batchOf(request.body, 'items');
    await limiter.take(ctx.caller, items.length, reply);
    const results = await doors.ingest.submit(ctx, items, { sentAt, proxyPlace: proxyPlace(doors, ctx, request) });
    return sendJson(reply, { data: { results } });
  };
}

async function admit(doors: Doors, request: FastifyRequest): Promise<Context> {
  return contextOf(doors, await authenticate(doors, request, keyOfIngestion(request)));
}

/**
 * The items of a batch, with what it says for all of them.
 *
 * @param list the name they stand under. @throws {Invalid} when there is no list of items. @throws {TooManyItems}
 */
export function batchOf(body: unknown, list: 'items' | 'batch'): Readonly<Record<string, unknown>> & Batch {
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Readonly<Record<string, unknown>>;
  const items = fields[list];
  if (!Array.isArray(items)) {
    const fault = { pointer: `/${list}`, detail: 'a list of items' };
    throw new Invalid('A batch is an object with a list of items.', [fault]);
  }
  if (items.length > MAX_BATCH_ITEMS) throw new TooManyItems(list);
  return { ...fields, items };
}

interface Batch {
  readonly items: readonly unknown[];
}

/**
 * What the common proxies and hosts say of a visitor's place; believed only from a proxy that is trusted. What a server
 * sends says nothing of where its visitors are.
 */
export function proxyPlace(
  { trustsProxy }: Pick<Doors, 'trustsProxy'>,
  { caller }: Pick<Context, 'caller'>,
  request: Pick<FastifyRequest, 'headers' | 'socket'>,
): ProxyPlace | undefined {
  const { headers, socket } = request;
  if (caller.kind === 'secret' || !trustsProxy?.(socket.remoteAddress ?? '', 0)) return undefined;
  const country = headers['cf-ipcountry'] ?? headers['x-vercel-ip-country'] ?? headers['cloudfront-viewer-country'];
  const city = headers['cf-ipcity'] ?? headers['x-vercel-ip-city'] ?? headers['cloudfront-viewer-city'];
  return { country: country as string | undefined, city: city as string | undefined };
}
