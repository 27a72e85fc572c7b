/** The cookie that a signed-in browser sends: its name and attributes, written and read in one place. */
import type { IncomingHttpHeaders } from 'node:http';
import { MAX_DASHBOARD_SESSION_MS } from '../limits.ts';
import type { Doors } from './doors.ts';

type Place = Pick<Doors, 'publicUrl'>;

const NAME = 'support_session';

/** The token in the cookie; undefined without one. */
export function sessionToken(place: Place, { cookie }: IncomingHttpHeaders): string | undefined {
  const start = `${nameAt(place)}=`;
  const ours = cookie?.split(';').find((each) => each.trimStart().startsWith(start));
  return ours?.trim().slice(start.length) || undefined;
}

/**
 * `Set-Cookie` of a session just opened. The browser keeps it for as long as a session may live at the most; when it
 * ends before, the server knows.
 */
export function sessionCookie(place: Place, token: string): string {
  return write(place, token, MAX_DASHBOARD_SESSION_MS / 1000);
}

/** `Set-Cookie` that makes the browser forget it. */
export function endedCookie(place: Place): string {
  return write(place, '', 0);
}

/** A token is made of letters, digits and signs that need no quoting. */
function write(place: Place, token: string, maxAge: number): string {
  const secure = isSecure(place) ? '; Secure' : '';
  return `${nameAt(place)}=${token}; Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Strict${secure}`;
}

/** With this prefix browsers take the cookie over https only, and from no other host of the same domain. */
function nameAt(place: Place): string {
  return isSecure(place) ? `__Host-${NAME}` : NAME;
}

function isSecure({ publicUrl }: Place): boolean {
  return publicUrl?.startsWith('https:') ?? false;
}
