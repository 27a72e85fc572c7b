/** How much one publishable key may send from one address. Secret keys are bounded by the ingestion queue alone. */
import type { FastifyReply } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Caller } from '../context.ts';
import { TooManyRequests } from '../errors.ts';
import { PUBLISHABLE_ITEMS_PER_WINDOW, PUBLISHABLE_WINDOW_SECONDS } from '../limits.ts';

/** Counts items per key and address, and says on each answer what is left. */
export class Limiter {
  private readonly counts = new RateLimiterMemory({
    points: PUBLISHABLE_ITEMS_PER_WINDOW,
    duration: PUBLISHABLE_WINDOW_SECONDS,
  });

  /** @throws {TooManyRequests} when the window is used up; `retryAfter` is when the next begins. */
  async take(caller: Caller, items: number, reply: Pick<FastifyReply, 'header'>): Promise<void> {
    if (caller.kind === 'secret') return;
    const left = await this.consume(`${caller.by.keyId} ${network(caller.ip ?? '')}`, items);
    const seconds = Math.ceil(left.msBeforeNext / 1000);
    reply.header('ratelimit-policy', `"items";q=${PUBLISHABLE_ITEMS_PER_WINDOW};w=${PUBLISHABLE_WINDOW_SECONDS}`);
    reply.header('ratelimit', `"items";r=${left.remainingPoints};t=${seconds}`);
    if (left.consumedPoints <= PUBLISHABLE_ITEMS_PER_WINDOW) return;
    throw new TooManyRequests('More items came from this address than one may send.', seconds);
  }

  private async consume(name: string, items: number): Promise<RateLimiterRes> {
    try {
      return await this.counts.consume(name, items);
    } catch (thrown) {
      if (thrown instanceof RateLimiterRes) return thrown;
      throw thrown;
    }
  }
}

/** What counts as one address: a household has 2^64 of IPv6, so there the network does. */
export function network(ip: string): string {
  if (!ip.includes(':') || ip.includes('.')) return ip;
  const [head = ''] = ip.split('::', 1);
  return head.split(':').slice(0, 4).join(':');
}
