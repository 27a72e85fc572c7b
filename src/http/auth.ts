/** Who calls: the key of a request, where it may come from, and the caller it stands for. */
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../context.ts';
import { Forbidden, SecretKeyInBrowser, Unauthenticated, VisitorTokenInvalid } from '../errors.ts';
import { findKey, findKeyById, type KnownKey } from '../services/key-ring.ts';
import { claimedOrigin, readVisitorToken } from '../services/visitor-token.ts';
import type { Doors } from './doors.ts';

/** What says where a request comes from. */
export type Sent = Pick<FastifyRequest, 'headers' | 'ip'>;

/** The key in `X-API-Key`, or in `Authorization` as Bearer token or Basic user name. */
export function keyInHeaders(headers: IncomingHttpHeaders): string | undefined {
  const direct = headers['x-api-key'];
  if (typeof direct === 'string') return direct;
  const [scheme = '', value = ''] = headers.authorization?.split(' ') ?? [];
  if (/^bearer$/i.test(scheme)) return value;
  if (/^basic$/i.test(scheme)) return Buffer.from(value, 'base64').toString().split(':', 1)[0];
  return undefined;
}

/**
 * The key of an ingestion call, which browsers that cannot set headers send in the query or in the body. The outermost
 * decides: headers, then the address, then the body; an empty one is none.
 */
export function keyOfIngestion({ headers, query, body }: FastifyRequest): string | undefined {
  return (
    keyInHeaders(headers) || textField(query, 'key') || textField(query, 'writeKey') || textField(body, 'writeKey')
  );
}

/**
 * The caller a key stands for, with what counts of the request itself.
 *
 * @param visitorToken of the key's workspace; may be absent.
 * @throws {Unauthenticated} @throws {SecretKeyInBrowser} @throws {Forbidden} from an origin not on the key's list.
 * @throws {VisitorTokenInvalid}
 */
export async function authenticate(
  doors: Doors,
  request: Sent,
  text: string | undefined,
  visitorToken: unknown = request.headers['x-visitor-token'],
): Promise<Caller> {
  if (!text) throw new Unauthenticated('Send a key of your workspace in the X-API-Key header.');
  const key = await findKey(doors, text);
  if (!key) throw new Unauthenticated('This key is unknown, expired or revoked.');
  checkOrigin(key, request.headers.origin, doors.ownOrigins);
  // Only a visitor's own browser speaks for itself; a server speaks for others.
  const caller = key.caller.kind === 'secret' ? key.caller : asSent(key.caller, request);
  return visitorToken === undefined ? caller : withVisitor(doors, caller, visitorToken);
}

/**
 * The caller a visitor token stands for by itself: whoever the key it was made with lets send, without any scope. It ends
 * with that key.
 *
 * @throws {VisitorTokenInvalid} @throws {Forbidden} from an origin not on the key's list.
 */
export async function authenticateVisitor(doors: Doors, request: Sent, visitorToken: unknown): Promise<Caller> {
  const origin = typeof visitorToken === 'string' ? claimedOrigin(visitorToken) : null;
  const key = origin && (await findKeyById(doors, origin.workspaceId, origin.keyId));
  if (!key) throw new VisitorTokenInvalid('This visitor token is forged, or the key it was made with has ended.');
  const { caller, origins } = key;
  // A secret key lends its name here, and nothing else: what a browser holds is public.
  const known: KnownKey = { caller: { ...caller, kind: 'publishable', scopes: new Set() }, origins };
  checkOrigin(known, request.headers.origin, doors.ownOrigins);
  return withVisitor(doors, asSent(known.caller, request), visitorToken);
}

function asSent(caller: Caller, { headers, ip }: Sent): Caller {
  return { ...caller, userAgent: headers['user-agent'], ip };
}

/** A token ends with the key it was made with, whatever key comes beside it. */
async function withVisitor(doors: Doors, caller: Caller, token: unknown): Promise<Caller> {
  const text = typeof token === 'string' ? token : '';
  const visitor = await readVisitorToken(caller, text, doors.clock.now().getTime());
  const origin = claimedOrigin(text);
  if (origin && (await findKeyById(doors, origin.workspaceId, origin.keyId))) return { ...caller, visitor };
  throw new VisitorTokenInvalid('The key this visitor token was made with has ended.');
}

function checkOrigin({ caller, origins }: KnownKey, origin: string | undefined, own: ReadonlySet<string>): void {
  if (origin === undefined) return;
  if (caller.kind === 'secret' && !own.has(origin)) {
    throw new SecretKeyInBrowser(
      'A secret key came from a web page, where every visitor can read it. Use a publishable key there, and revoke this one.',
    );
  }
  if (origins.size > 0 && !origins.has(origin)) {
    throw new Forbidden('This publishable key may not be used from this origin.');
  }
}

function textField(holder: unknown, name: string): string | undefined {
  if (typeof holder !== 'object' || holder === null) return undefined;
  const value = (holder as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : undefined;
}
