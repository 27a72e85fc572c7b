/** Files that are written while they are sent: as fast as they are taken, and never more of them in memory than a piece. */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EXPORT_STALL_MS } from '../limits.ts';
import type { Log } from '../log.ts';
import type { ExportFile } from '../services/export.ts';

/** What of an answer is about its file. */
export interface FileReply {
  readonly file: ExportFile;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Sends a file. What goes wrong in the middle breaks the connection, so that nobody takes what they have for all there
 * is; whoever takes nothing for long is left.
 */
export function sendFile(
  log: Log,
  request: FastifyRequest,
  reply: FastifyReply,
  { file: { name, type, body }, headers = {} }: FileReply,
): FastifyReply {
  reply.raw.setTimeout(EXPORT_STALL_MS, () => void reply.raw.destroy());
  return reply
    .headers(headers)
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'no-store')
    .header('content-type', type)
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(Readable.from(telling(log, request.id, body), { objectMode: false }));
}

async function* telling(log: Log, requestId: string, body: ExportFile['body']) {
  try {
    yield* body;
  } catch (err) {
    log.warn({ requestId, err }, 'a file was cut off');
    throw err;
  }
}
