/** A file that is read as it comes: a web stream, which Node, browsers and edge runtimes have alike. */
import { type Limits, within } from './deadline.ts';
import type { CallOptions, Settings } from './options.ts';
import { retrying } from './retry.ts';
import { type Outgoing, open, reached } from './transport.ts';

/** A file on its way. Its body can be read once, by one of the methods or by the caller. */
export interface RemoteFile {
  /** As the server calls it. */
  readonly name: string;
  /** Its media type. */
  readonly type: string;
  /** Names the request in the server's log. */
  readonly requestId: string | null;
  /**
   * Its bytes. A file that does not end well breaks off with an error, so that it is never taken for a whole one; a
   * server that sends nothing for the length of a time limit counts as gone.
   */
  readonly body: ReadableStream<Uint8Array>;
  /** Writes it somewhere as it comes: a file, an upload. */
  saveTo(destination: WritableStream<Uint8Array>): Promise<void>;
  /** All of it in memory, as browsers want it for a download. */
  blob(): Promise<Blob>;
  /** All of it in memory, parsed. Only of JSON. */
  json(): Promise<unknown>;
}

/**
 * Asks for a file, and answers as soon as it begins to come. Until then a failure that passes is repeated; afterwards it
 * is the reader's.
 *
 * @throws any error of errors.ts; its body throws {ConnectionError} {TimeoutError} {AbortedError}
 */
export function download(settings: Settings, request: Outgoing, options: CallOptions): Promise<RemoteFile> {
  const { runtime } = settings;
  const { signal, timeoutMs = settings.timeoutMs, retries = settings.retries } = options;
  const limits = { timeoutMs, runtime, signal };
  return retrying({ retries, runtime, signal }, async () => {
    // Of its own: what ends the wait for an answer must not end the answer.
    const ends = new AbortController();
    try {
      return fileOf(await within(limits, () => open(settings, request, ends.signal)), limits);
    } catch (thrown) {
      ends.abort();
      throw thrown;
    }
  });
}

function fileOf(response: Response, limits: Limits): RemoteFile {
  const { headers } = response;
  const type = headers.get('content-type') ?? 'application/octet-stream';
  const body = watched(response, limits);
  return {
    name: /filename="([^"]+)"/.exec(headers.get('content-disposition') ?? '')?.[1] ?? 'file',
    type,
    requestId: headers.get('x-request-id'),
    body,
    saveTo: (destination) => body.pipeTo(destination),
    blob: () => new Response(body, { headers: { 'content-type': type } }).blob(),
    json: () => new Response(body).json(),
  };
}

/** The same bytes, with the errors of this package. */
function watched({ body }: Response, limits: Limits): ReadableStream<Uint8Array> {
  const reader = body?.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!reader) return controller.close();
      try {
        const { done, value } = await within(limits, () => reached(reader.read()));
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (thrown) {
        reader.cancel(thrown).catch(() => undefined);
        throw thrown;
      }
    },
    cancel: (reason) => reader?.cancel(reason),
  });
}
