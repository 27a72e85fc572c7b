/** An agent's browser as a test wants it: signs in, keeps the cookie, and says which page it is on. */
import type { InjectOptions } from 'fastify';
import { type Answer, answerOf, type TestServer } from '../support/http.ts';

/** Where the test servers listen as far as they know. */
export const OWN = 'http://127.0.0.1:4000';
/** The route. */
export const SESSION = '/dashboard/session';

let agents = 0;

/** POSTs to the session route, from an address of its own unless told otherwise. */
export async function signIn(
  { app }: Pick<TestServer, 'app'>,
  body: unknown,
  headers: Readonly<Record<string, string>> = { origin: OWN },
  remoteAddress = `10.0.${++agents >> 8}.${agents & 255}`,
): Promise<Answer> {
  const options: InjectOptions = { method: 'POST', url: SESSION, headers: { ...headers }, remoteAddress };
  return answerOf(await app.inject({ ...options, payload: JSON.stringify(body) }));
}

/** `name=value` of the one cookie an answer sets. */
export function cookieOf({ headers }: Answer): string {
  return String(headers['set-cookie']).split(';', 1)[0] ?? '';
}

/** Signs in with a key and answers the cookie. */
export async function cookieFor(server: Pick<TestServer, 'app'>, key: string | undefined, name = 'Ann Agent') {
  const answer = await signIn(server, { key, name });
  if (answer.status !== 201) throw new Error(`Not signed in: ${JSON.stringify(answer.body)}`);
  return cookieOf(answer);
}

/** Who is signed in by this cookie: the answer of GET. */
export async function whoIs({ app }: Pick<TestServer, 'app'>, cookie: string): Promise<Answer> {
  return answerOf(await app.inject({ url: SESSION, headers: { cookie } }));
}

/** Whether this cookie still opens the API. */
export async function opens({ app }: Pick<TestServer, 'app'>, cookie: string): Promise<boolean> {
  const { statusCode } = await app.inject({ url: '/api/support/visitors', headers: { cookie } });
  if (statusCode !== 200 && statusCode !== 401) throw new Error(`Neither open nor closed: ${statusCode}`);
  return statusCode === 200;
}

/** The token in a cookie. */
export function tokenIn(cookie: string): string {
  return cookie.slice(cookie.indexOf('=') + 1);
}
