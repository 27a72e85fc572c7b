/** What Segment's SDKs ask before they send: where to, and that there is nothing to load. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SegmentSettings } from '../contract/segment.ts';
import { NotFound } from '../errors.ts';
import { findKey } from '../services/key-ring.ts';
import type { Doors } from './doors.ts';
import { sendJson } from './replies.ts';

/** Pages ask at every load, and the answer hardly ever changes. */
const MAX_AGE_SECONDS = 60;

/**
 * Answers for publishable keys. A secret key has no business in an address, and whether one works is not told here:
 * it gets the same 404 as a key that does not exist.
 */
export function settingsDoor(doors: Doors) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { writeKey } = request.params as { readonly writeKey: string };
    const key = await findKey(doors, writeKey);
    if (key?.caller.kind !== 'publishable') throw new NotFound('There is no source with this write key.');
    reply.header('cache-control', `private, max-age=${MAX_AGE_SECONDS}`);
    return sendJson(reply, settingsOf(writeKey, placeOf(doors, request)));
  };
}

/** The server as the caller reaches it. */
interface Place {
  readonly protocol: 'http' | 'https';
  /** Host, port, and the path before ours. */
  readonly address: string;
}

function placeOf({ publicUrl }: Doors, { protocol, host }: FastifyRequest): Place {
  if (publicUrl === undefined) return { protocol, address: host };
  const url = new URL(publicUrl);
  const address = url.host + url.pathname.replace(/\/+$/, '');
  return { protocol: url.protocol === 'https:' ? 'https' : 'http', address };
}

function settingsOf(writeKey: string, { protocol, address }: Place): SegmentSettings {
  const apiHost = `${address}/v1`;
  return {
    integrations: { 'Segment.io': { apiKey: writeKey, apiHost, protocol } },
    metrics: { sampleRate: 0, host: apiHost },
    middlewareSettings: { routingRules: [] },
    enabledMiddleware: {},
    remotePlugins: [],
    legacyVideoPluginsEnabled: false,
  };
}
