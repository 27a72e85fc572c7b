/** What resolvers are given: the caller's context, its loaders, and the way into the pipeline. */
import type { FastifyReply } from 'fastify';
import type { GraphQLContext, Ingestion } from '../../schema/index.ts';
import type { Caller, Context } from '../context.ts';
import { Unauthenticated } from '../errors.ts';
import type { ItemResult, Submission } from '../ingest/pipeline.ts';
import { Loaders } from '../loaders.ts';
import { issueVisitorToken } from '../services/visitor-token.ts';
import { contextOf, type Doors } from './doors.ts';
import { batchOf, RejectedItem } from './ingestion.ts';
import type { Limiter } from './limiter.ts';
import { PREFIX } from './replies.ts';

/** The doors of GraphQL: all others', and what they share. */
export interface GraphQLDoors extends Doors {
  readonly limiter: Limiter;
  /** Makes a request id. */
  nextId(): string;
}

/** What a transport knows of a request. */
export interface Origin {
  readonly caller: Caller;
  readonly submission: Submission;
  /** Where the caller reaches this server. */
  readonly address: string;
  /** Where allowances are told; a WebSocket has no such place. */
  readonly reply?: Pick<FastifyReply, 'header'>;
  /** Whether the key still works. */
  stillAllowed(): Promise<boolean>;
}

/** One request's context. */
export function graphQLContext(doors: GraphQLDoors, origin: Origin): GraphQLContext {
  const ctx = contextOf(doors, origin.caller);
  return {
    ...ctx,
    loaders: new Loaders(ctx),
    linkTo: (path) => origin.address + PREFIX + path,
    ingest: ingestionOf(doors, ctx, origin),
    countCall: () => doors.limiter.take(ctx.caller, 1, origin.reply ?? mute),
    whileAllowed: (source) => whileAllowed(source, async () => isCurrent(ctx) && origin.stillAllowed()),
  };
}

/** A connection may outlive the visitor token it came with. */
function isCurrent({ caller, clock }: Context): boolean {
  return caller.visitor === undefined || clock.now().getTime() < caller.visitor.expiresAt;
}

function ingestionOf({ ingest, limiter }: GraphQLDoors, ctx: Context, { submission, reply = mute }: Origin): Ingestion {
  return {
    async one(type, item) {
      await limiter.take(ctx.caller, 1, reply);
      const [result] = await ingest.submit(ctx, [item], { ...submission, type });
      if (!result || result.status === 'rejected') throw new RejectedItem(result as ItemResult);
      return result;
    },
    async batch(all, sentAt) {
      const { items } = batchOf({ items: all }, 'items');
      await limiter.take(ctx.caller, items.length, reply);
      // One Idempotency-Key cannot name many items.
      return ingest.submit(ctx, items, { ...submission, idempotencyKey: undefined, sentAt });
    },
    async visitorToken(request) {
      await limiter.take(ctx.caller, 1, reply);
      return issueVisitorToken(ctx, request);
    },
  };
}

const mute = { header: () => mute } as unknown as Pick<FastifyReply, 'header'>;

/** Passes on what comes until the key is revoked. */
function whileAllowed<Payload>(source: AsyncIterable<Payload>, stillAllowed: () => Promise<boolean>) {
  const iterator = source[Symbol.asyncIterator]();
  const guarded: AsyncIterableIterator<Payload> = {
    [Symbol.asyncIterator]: () => guarded,
    async next() {
      const result = await iterator.next();
      if (result.done || (await stillAllowed())) return result;
      await iterator.return?.();
      throw new Unauthenticated('This key or visitor token is unknown, expired or revoked.');
    },
    return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
  };
  return guarded;
}
