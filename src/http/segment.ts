/** The doors Segment's SDKs send to: messages become ingestion items, and go the way of all items. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import {
  SEGMENT_METRICS_ROUTE,
  SEGMENT_ROUTES,
  SEGMENT_SETTINGS_ROUTE,
  type SegmentBatchReply,
  type SegmentResult,
  type SegmentType,
} from '../contract/segment.ts';
import type { ItemResult } from '../ingest/pipeline.ts';
import { segmentItem } from '../normalise/segment.ts';
import { isSegmentLibrary } from '../normalise/segment-common.ts';
import { authenticate, keyOfIngestion } from './auth.ts';
import { readBodiesOfAnyType } from './body-parser.ts';
import { allowAnyOrigin, answerPreflight } from './cors.ts';
import { contextOf, type Doors } from './doors.ts';
import { batchOf, proxyPlace, RejectedItem } from './ingestion.ts';
import type { Limiter } from './limiter.ts';
import { sendJson } from './replies.ts';
import { settingsDoor } from './segment-settings.ts';

type Door = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** Adds the addresses of the protocol. */
export async function segmentDoors(app: FastifyInstance, doors: Doors, limiter: Limiter): Promise<void> {
  app.addHook('onRequest', allowAnyOrigin);
  readBodiesOfAnyType(app);
  for (const [path, takes] of Object.entries(SEGMENT_ROUTES)) {
    app.post(path, takes === 'batch' ? batchDoor(doors, limiter) : singleDoor(doors, limiter, takes));
    app.options(path, answerPreflight);
  }
  app.post(SEGMENT_METRICS_ROUTE, async (_request, reply) => sendJson(reply, { success: true }));
  app.options(SEGMENT_METRICS_ROUTE, answerPreflight);
  app.get(SEGMENT_SETTINGS_ROUTE, settingsDoor(doors));
  app.options(SEGMENT_SETTINGS_ROUTE, answerPreflight);
}

function singleDoor(doors: Doors, limiter: Limiter, type: SegmentType): Door {
  return async (request, reply) => {
    const ctx = await admit(doors, request);
    await limiter.take(ctx.caller, 1, reply);
    const idempotencyKey = request.headers['idempotency-key'] as string | undefined;
    const submission = { idempotencyKey, proxyPlace: proxyPlace(doors, ctx, request) };
    const [result] = await doors.ingest.submit(ctx, [segmentItem(request.body, type)], submission);
    if (!result || result.status === 'rejected') throw new RejectedItem(result as ItemResult);
    return sendJson(reply, { success: true, result: resultOf(result) });
  };
}

function batchDoor(doors: Doors, limiter: Limiter): Door {
  return async (request, reply) => {
    const ctx = await admit(doors, request);
    const { items, ...envelope } = batchOf(request.body, 'batch');
    await limiter.take(ctx.caller, items.length, reply);
    const mapped = items.map((message) => segmentItem(message, undefined, envelope));
    const results = await doors.ingest.submit(ctx, mapped, { proxyPlace: proxyPlace(doors, ctx, request) });
    return sendJson(reply, { success: true, results: results.map(resultOf) } satisfies SegmentBatchReply);
  };
}

/** The caller; of a library that speaks for others, without the library's own name. */
async function admit(doors: Doors, request: FastifyRequest): Promise<Context> {
  const caller = await authenticate(doors, request, keyOfIngestion(request));
  return contextOf(doors, isSegmentLibrary(caller.userAgent) ? { ...caller, userAgent: undefined } : caller);
}

function resultOf({ messageId, status, code }: ItemResult): SegmentResult {
  return { messageId, status, code };
}
