/**
 * Subscriptions as async iterators, over server-sent events: they need nothing but fetch, so they work alike in Node,
 * browsers and at the edge, carry the key in a header, and pass every proxy that passes HTTP. A connection that is lost
 * is made again for ever; the server begins each one with a snapshot, so nothing has to be remembered here.
 */
import { within } from './deadline.ts';
import { ConnectionError, type TransactionalSupportError, UnreadableAnswerError } from './errors.ts';
import { type AnyDocument, dataOf, GRAPHQL_PATH } from './graphql.ts';
import type { Settings } from './options.ts';
import { aborted, backoff, isPassing, pause } from './retry.ts';
import { EventReader, type ServerEvent } from './sse.ts';
import { open, reached } from './transport.ts';

/** A server sends a sign of life several times within this; a connection that is silent for longer is dead. */
export const SILENCE_MS = 45_000;
/** A connection that held for this long was a good one: when it is lost, the next is tried soon. */
export const STABLE_MS = 10_000;

/** What a subscription may be told. */
export interface SubscribeOptions {
  /** Ends it: the iterator throws `AbortedError`. To end it quietly, leave the loop or call `return()`. */
  readonly signal?: AbortSignal;
  /** Called whenever the connection is lost, before the next is tried. */
  readonly onInterrupted?: (error: TransactionalSupportError) => void;
}

/** What happens, as it happens. It connects when it is first asked, and is closed by leaving the loop or `return()`. */
export interface Subscription<Payload> extends AsyncIterableIterator<Payload> {
  return(): Promise<IteratorResult<Payload, undefined>>;
}

/** One subscription to be made. */
export interface Subscribing<Result, Variables> {
  readonly document: AnyDocument<Result, Variables>;
  readonly variables?: Variables | undefined;
  readonly options?: SubscribeOptions | undefined;
}

/** @throws from `next()`: what cannot pass by itself – a key that does not work, a document that is wrong. */
export function subscribe<Result, Variables>(
  settings: Settings,
  { document, variables, options = {} }: Subscribing<Result, Variables>,
): Subscription<Result> {
  const body = JSON.stringify({ query: document.toString(), variables });
  const ends = new AbortController();
  const payloads = connections(settings, body, options, ends) as AsyncGenerator<Result, undefined>;
  return {
    next: () => payloads.next(),
    return: () => {
      ends.abort(); // first, or a `next()` that still waits would keep us waiting, too
      return payloads.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* connections(settings: Settings, body: string, options: SubscribeOptions, ends: AbortController) {
  const { runtime } = settings;
  const { signal, onInterrupted } = options;
  const ended = ends.signal;
  if (signal?.aborted) ends.abort();
  signal?.addEventListener('abort', () => ends.abort(), { once: true, signal: ended });
  try {
    for (let failures = 0; ; ) {
      const openedAt = runtime.now();
      try {
        yield* connection(settings, body, ended);
      } catch (thrown) {
        if (ended.aborted || !isPassing(thrown)) throw thrown;
        onInterrupted?.(thrown);
        failures = runtime.now() - openedAt >= STABLE_MS ? 1 : failures + 1;
        await pause((thrown.retryAfter ?? 0) * 1000 + backoff(failures, runtime), runtime, ended);
      }
    }
  } catch (thrown) {
    if (signal?.aborted) throw aborted(signal);
    if (!ended.aborted) throw thrown;
    return undefined; // by return(): a next() that still waits is told that nothing follows
  } finally {
    ends.abort();
  }
}

/** One connection, until it is lost: it never ends without a throw, unless it is left. */
async function* connection(settings: Settings, body: string, signal: AbortSignal): AsyncGenerator<unknown, void> {
  const { runtime } = settings;
  const ours = new AbortController();
  const limits = { timeoutMs: SILENCE_MS, runtime, signal };
  try {
    const headers = { accept: 'text/event-stream' };
    const request = { method: 'POST', path: GRAPHQL_PATH, headers, body: () => body };
    const response = await within(limits, () => open(settings, request, ours.signal));
    const requestId = response.headers.get('x-request-id');
    const reader = new EventReader();
    const decoder = new TextDecoder();
    const chunks = streamOf(response, requestId).getReader();
    for (;;) {
      const { done, value } = await within(limits, () => reached(chunks.read()));
      if (done)
        throw new ConnectionError('The server closed the connection.', { code: 'connection_failed', requestId });
      for (const event of reader.push(decoder.decode(value, { stream: true }))) {
        if (event.event === 'next') yield dataOf(parse(event, requestId), requestId);
        if (event.event === 'complete') {
          throw new ConnectionError('The server ended the subscription.', { code: 'connection_failed', requestId });
        }
      }
    }
  } finally {
    ours.abort();
  }
}

function streamOf({ body, headers }: Response, requestId: string | null): ReadableStream<Uint8Array> {
  if (body && headers.get('content-type')?.startsWith('text/event-stream')) return body;
  throw new UnreadableAnswerError('The answer is not a stream of events.', { code: 'unreadable_answer', requestId });
}

function parse(
  { data }: ServerEvent,
  requestId: string | null,
): { readonly data?: unknown; readonly errors?: unknown } {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw new UnreadableAnswerError('An event is not JSON.', { code: 'unreadable_answer', requestId }, { cause });
  }
}
