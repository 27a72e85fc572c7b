/** Sends a request until it is answered: attempts, deadlines, and errors as this package's. Knows no route. */
import { within } from './deadline.ts';
import { ConnectionError, type TransactionalSupportError, UnreadableAnswerError } from './errors.ts';
import type { CallOptions, Settings } from './options.ts';
import { refusalOf } from './refusal.ts';
import { isPassing, retrying } from './retry.ts';

/** One request, as it is sent at each attempt. */
export interface Outgoing {
  readonly method: string;
  /** Behind the server's url, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body's JSON text. Made anew for each attempt, as it may hold the time of it. */
  readonly body?: (() => string) | undefined;
}

/** An answer with its body parsed; undefined when it has none. */
export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Sends a request and reads the answer. @param mayRepeat which failures are worth another attempt. */
export type Transport = (
  request: Outgoing,
  options?: CallOptions,
  mayRepeat?: (thrown: unknown) => thrown is TransactionalSupportError,
) => Promise<Received>;

/** @throws from each call: any error of errors.ts. */
export function createTransport(settings: Settings): Transport {
  const { runtime } = settings;
  return (
    request,
    { signal, timeoutMs = settings.timeoutMs, retries = settings.retries } = {},
    mayRepeat = isPassing,
  ) =>
    retrying(
      { retries, runtime, signal },
      () => within({ timeoutMs, runtime, signal }, async (ends) => read(await open(settings, request, ends))),
      mayRepeat,
    );
}

/** The server's answer, its body unread. @throws {ConnectionError} @throws the refusal, when it is no 2xx. */
export async function open(settings: Settings, request: Outgoing, signal: AbortSignal): Promise<Response> {
  const { method, path, headers, body } = request;
  const { key, credentials } = settings;
  const visitorToken = settings.visitorToken();
  const response = await reached(
    settings.fetch(settings.url + path, {
      method,
      headers: {
        ...(key && { 'x-api-key': key }),
        ...(visitorToken && { 'x-visitor-token': visitorToken }),
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      // Followed blindly, a redirect to another host would take the key along.
      redirect: 'manual',
      ...(credentials && { credentials }),
      signal,
      ...(body && { body: body() }),
    }),
  );
  if (!response.ok) throw await refusalOf(response);
  return response;
}

async function read(response: Response): Promise<Received> {
  const { status, headers } = response;
  const text = await reached(response.text());
  return { status, headers, body: text === '' ? undefined : parse(text, response) };
}

function parse(text: string, { status, headers }: Response): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const said = { code: 'unreadable_answer', status, requestId: headers.get('x-request-id') };
    throw new UnreadableAnswerError(`The answer (${status}) is not JSON. Is this the right url?`, said, { cause });
  }
}

/** What a step over the network gives. Platforms throw what they like when there is no connection. @throws {ConnectionError} */
export async function reached<Result>(result: Promise<Result>): Promise<Result> {
  try {
    return await result;
  } catch (cause) {
    throw new ConnectionError('The server could not be reached.', { code: 'connection_failed' }, { cause });
  }
}
