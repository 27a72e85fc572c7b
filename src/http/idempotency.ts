/** `Idempotency-Key` on writes: a repeat is answered as the first request was, without carrying it out again. */
import type { FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import type { Problem } from '../contract/problem.ts';
import type { RestRoute } from '../contract/route.ts';
import { AppError, Invalid } from '../errors.ts';
import { MAX_LENGTH } from '../limits.ts';
import { type Claim, claimKey, releaseKey, type StoredAnswer, storeAnswer } from '../services/idempotency.ts';
import type { ParsedInput } from './input.ts';
import { toProblem } from './problem.ts';
import type { Reply } from './replies.ts';

/** Says that this answer was given before. */
const REPLAYED = { 'idempotency-replayed': 'true' } as const;

/** A refusal that was given before; only its request id is new. */
class ReplayedProblem extends AppError {
  readonly code: string;
  readonly status: number;
  override readonly faults: AppError['faults'];
  override readonly facts: AppError['facts'];
  override readonly headers = REPLAYED;
  constructor({ code, status, detail, errors, ...facts }: Problem) {
    super(detail);
    this.code = code;
    this.status = status;
    this.faults = errors;
    this.facts = facts;
  }
}

/** One request of a route, as it is to be carried out once. */
export interface Once {
  readonly route: RestRoute;
  readonly request: FastifyRequest;
  readonly input: ParsedInput;
}

/**
 * Carries a request out, or answers what it was answered before. Reads, and writes without the header, just run.
 *
 * @throws {IdempotencyInProgress} @throws {IdempotencyKeyReused} @throws {Invalid} for a key that is none.
 */
export async function once(ctx: Context, { route, request, input }: Once, run: () => Promise<Reply>): Promise<Reply> {
  const key = request.headers['idempotency-key'];
  if (route.method === 'GET' || typeof key !== 'string') return run();
  if (key === '' || key.length > MAX_LENGTH.id) {
    throw new Invalid(`An Idempotency-Key has 1 to ${MAX_LENGTH.id} characters.`);
  }
  const { body = null, ifMatch = null } = input;
  const { visitor } = ctx.caller;
  // Many visitors share one key: none is answered what another was.
  const who = visitor && { anonymousId: visitor.anonymousId, userId: visitor.userId ?? null };
  const asked = { method: route.method, path: request.url, ifMatch, body, ...(who && { who }) };
  const claimed = await claimKey(ctx, key, asked, route.outlivesErasure);
  if ('status' in claimed) return replay(claimed);
  const reply = await run().catch(async (thrown: unknown) => {
    await settleRefusal(ctx, claimed, thrown, request);
    throw thrown;
  });
  await storeAnswer(ctx, claimed, storable(route, reply));
  return reply;
}

function replay({ status, body, headers }: StoredAnswer): Reply {
  if (status >= 400) throw new ReplayedProblem(body as Problem);
  return { status, headers: { ...headers, ...REPLAYED }, ...(body as Pick<Reply, 'data' | 'meta'> | null) };
}

/** A refusal stands for the next time, too; what may pass by itself does not. */
async function settleRefusal(ctx: Context, claim: Claim, thrown: unknown, request: FastifyRequest): Promise<void> {
  const isFinal = thrown instanceof AppError && thrown.status < 500 && thrown.retryAfter === undefined;
  if (!isFinal) return releaseKey(ctx, claim).catch(() => undefined); // then the claim is taken over in a while
  const { status, body } = toProblem(thrown, request.id, request.url);
  return storeAnswer(ctx, claim, { status, body, headers: {} });
}

/** The answer without what is shown only once. */
function storable(
  { answer: { shownOnce } }: RestRoute,
  { status = 200, data, meta, headers = {} }: Reply,
): StoredAnswer {
  if (data === undefined) return { status, body: null, headers };
  const shown = shownOnce === undefined ? data : { ...(data as object), [shownOnce]: null };
  return { status, body: { data: shown, ...(meta && { meta }) }, headers };
}
