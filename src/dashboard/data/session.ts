/** Signing in and out, and who is signed in. The cookie is the server's: nothing here ever sees it, or keeps a key. */

const SESSION = '/dashboard/session';

/** Who is signed in, and what they may do. */
export interface AgentSession {
  /** The agent's display name. */
  readonly name: string;
  /** Of the key they signed in with. */
  readonly keyName: string;
  readonly workspaceId: string;
  readonly scopes: readonly string[];
  readonly expiresAt: string;
}

/** How somebody signs in: with a secret key, or the code of a one-time link. */
export type Credentials = { readonly key: string } | { readonly code: string };

/** The server said no. */
export class SignInRefusal extends Error {
  override readonly name = 'SignInRefusal';

  /** @param pointer into the body: `/key`, `/name` or `/code`. @param code as of every refusal of the API. */
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
    readonly pointer: string | null,
    readonly requestId: string | null,
  ) {
    super(message);
  }
}

/** Null when nobody is. @throws {SignInRefusal} @throws {TypeError} without a connection. */
export async function readSession(signal: AbortSignal): Promise<AgentSession | null> {
  const response = await fetch(SESSION, { signal });
  if (response.status === 401) return null;
  if (!response.ok) throw await refusalOf(response);
  return (await response.json()).data.session;
}

/** @throws {SignInRefusal} @throws {TypeError} without a connection. */
export async function signIn(credentials: Credentials, name: string): Promise<AgentSession> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(SESSION, { method: 'POST', headers, body: JSON.stringify({ ...credentials, name }) });
  if (!response.ok) throw await refusalOf(response);
  return (await response.json()).data.session;
}

/** Ends the session. @throws {SignInRefusal} @throws {TypeError} without a connection. */
export async function signOut(): Promise<void> {
  const response = await fetch(SESSION, { method: 'DELETE' });
  if (!response.ok && response.status !== 401) throw await refusalOf(response);
}

interface ProblemLike {
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

async function refusalOf(response: Response): Promise<SignInRefusal> {
  const problem: ProblemLike = await response.json().catch(() => ({}));
  const [fault] = problem.errors ?? [];
  const message = fault?.detail ?? problem.detail ?? `The server answered ${response.status}.`;
  const requestId = response.headers.get('x-request-id');
  return new SignInRefusal(message, response.status, problem.code ?? '', fault?.pointer ?? null, requestId);
}
