/** Who calls where agents call too: the key of a request, or else the cookie of a browser that is signed in. */
import type { Caller } from '../context.ts';
import { Unauthenticated } from '../errors.ts';
import { fromWire } from '../ids.ts';
import { findSession, sessionStands } from '../services/dashboard-session-ring.ts';
import { findKey, findKeyById } from '../services/key-ring.ts';
import { authenticate, authenticateVisitor, type Sent } from './auth.ts';
import type { Doors } from './doors.ts';
import { requireOwnPage } from './own-page.ts';
import { sessionToken } from './session-cookie.ts';

/** A caller who was let in. */
export interface Admission {
  readonly caller: Caller;
  /** Whether the key or the session still works. */
  stillAllowed(): Promise<boolean>;
}

/** What a request brings. */
export interface Brought {
  /** Undefined: none was sent at all, so that the cookie counts. */
  readonly key: string | undefined;
  /** Not a plain read. */
  readonly changes: boolean;
  /** Where it cannot be a header; without a key it opens by itself, whatever cookie there is. */
  readonly visitorToken?: unknown;
}

/**
 * @throws {Unauthenticated} @throws {SecretKeyInBrowser} @throws {Forbidden} @throws {VisitorTokenInvalid} as
 * `authenticate`. @throws {ForbiddenOrigin} when the cookie was not sent by a page of ours.
 */
export async function admit(doors: Doors, request: Sent, { key, changes, visitorToken }: Brought): Promise<Admission> {
  const { headers } = request;
  if (key === undefined && visitorToken !== undefined) return admitVisitor(doors, request, visitorToken);
  const token = key === undefined ? sessionToken(doors, headers) : undefined;
  if (token === undefined) {
    const caller = await authenticate(doors, request, key, visitorToken);
    return { caller, stillAllowed: async () => (await findKey(doors, key ?? '')) !== null };
  }
  requireOwnPage(doors, { headers, changes });
  const known = await findSession(doors, token);
  if (!known) throw new Unauthenticated('This session has ended. Sign in again at /dashboard.');
  return { caller: known.caller, stillAllowed: () => sessionStands(doors, token) };
}

async function admitVisitor(doors: Doors, request: Sent, visitorToken: unknown): Promise<Admission> {
  const caller = await authenticateVisitor(doors, request, visitorToken);
  const [workspaceId, keyId] = [caller.workspaceId, fromWire('key', caller.by.keyId) ?? ''];
  return { caller, stillAllowed: async () => (await findKeyById(doors, workspaceId, keyId)) !== null };
}

/** Whether a method asks for more than to be told something. */
export function changesThings(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD';
}
