/**
 * Keeps pages of other sites from acting through a browser that is signed in. The cookie goes to this host alone
 * (SameSite=Strict), but a page on another port or a sister domain counts as the same site, and old browsers send more.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { ForbiddenOrigin } from '../errors.ts';
import type { Doors } from './doors.ts';

/** What of a request decides: one that `changes` something has to name its page; a read need not, but may not lie. */
export interface FromPage {
  readonly headers: IncomingHttpHeaders;
  readonly changes: boolean;
}

/** The values of `Sec-Fetch-Site` that no other site can bring about; absent in programs and on plain http. */
const OURS: ReadonlySet<unknown> = new Set([undefined, 'same-origin', 'none']);

/**
 * What the cookie of a session may come with. Names are compared with those the server knows itself by, never with
 * `Host`: under a name that an attacker made to lead here, the two would agree.
 *
 * @throws {ForbiddenOrigin}
 */
export function requireOwnPage(doors: Pick<Doors, 'ownOrigins'>, { headers, changes }: FromPage): void {
  const { origin } = headers;
  const isNamed = origin === undefined ? !changes : doors.ownOrigins.has(origin);
  if (isNamed && OURS.has(headers['sec-fetch-site'])) return;
  const [own] = doors.ownOrigins;
  throw new ForbiddenOrigin(
    `With the dashboard's cookie this takes requests of its own pages only: open it at ${own}/dashboard. If browsers reach the server elsewhere, set PUBLIC_URL to that address. Programs send a key in the X-API-Key header.`,
  );
}
