/** /dashboard/session: signing in, who is signed in, signing out. The dashboard's own; programs use keys. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SESSION_PATH, signInBody } from '../contract/dashboard.ts';
import { Unauthenticated } from '../errors.ts';
import { cleanCopy } from '../normalise/clean.ts';
import { parse } from '../normalise/outside.ts';
import { signIn, signOut } from '../services/dashboard-session.ts';
import { findSession } from '../services/dashboard-session-ring.ts';
import { changesThings } from './admission.ts';
import { readBodies } from './body-parser.ts';
import type { Doors } from './doors.ts';
import { requireOwnPage } from './own-page.ts';
import { done, one, send } from './replies.ts';
import { endedCookie, sessionCookie, sessionToken } from './session-cookie.ts';
import { SignInLimiter } from './sign-in-limiter.ts';

/** Adds the routes. */
export async function dashboardSessionDoor(app: FastifyInstance, doors: Doors): Promise<void> {
  const limiter = new SignInLimiter();
  readBodies(app);
  app.addHook('onRequest', async (request) => requireOwnOrNoPage(doors, request));

  app.post(SESSION_PATH, async (request, reply) => {
    const body = parse(signInBody, cleanCopy(request.body ?? {}, '', []));
    const { token, session } = await limiter.guard(request.ip, () => signIn(doors, body));
    await leave(doors, request);
    return send(reply.header('set-cookie', sessionCookie(doors, token)), { ...one({ session }), status: 201 });
  });

  app.get(SESSION_PATH, async (request, reply) => {
    const token = sessionToken(doors, request.headers);
    // The page asks before anybody could have signed in: that nobody has is no fault of theirs.
    if (token === undefined) return send(reply, one({ session: null }));
    const known = await findSession(doors, token);
    if (!known) throw new Unauthenticated('This session is over. Sign in at /dashboard.');
    return send(reply, one({ session: known.session }));
  });

  app.delete(SESSION_PATH, async (request, reply) => {
    await leave(doors, request);
    return send(reply.header('set-cookie', endedCookie(doors)), done);
  });
}

/** A page of another site could sign a browser in as somebody else; a program, which names no page, could not. */
function requireOwnOrNoPage(doors: Doors, { headers, method }: FastifyRequest): void {
  const isSignedIn = sessionToken(doors, headers) !== undefined;
  requireOwnPage(doors, { headers, changes: isSignedIn && changesThings(method) });
}

/** Ends the session a browser comes with. */
async function leave(doors: Doors, { headers }: FastifyRequest): Promise<void> {
  const token = sessionToken(doors, headers);
  if (token !== undefined) await signOut(doors, token);
}
