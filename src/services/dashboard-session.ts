/**
 * Signing in to the dashboard and out of it. A session is opened with a secret key or a one-time code and asks for no
 * scope: what its agent may do is asked where they do it.
 */
import type { DashboardSession, SignInBody } from '../contract/dashboard.ts';
import { Invalid, Unauthenticated } from '../errors.ts';
import { fromWire, type Uuid } from '../ids.ts';
import { sql } from '../infra/sql.ts';
import { SWEPT_PER_SIGN_IN } from '../limits.ts';
import { forgetCredentials } from './credential-ring.ts';
import { endOfSession, findSession } from './dashboard-session-ring.ts';
import { findKey } from './key-ring.ts';
import { hashOfKey } from './key-text.ts';
import { SignInCodeInvalid, useSignInCode } from './sign-in-code.ts';
import { makeTokenText, workspaceOfToken } from './token-text.ts';
import { inWork, type Work, type WorkSource } from './work.ts';

/** A session just opened: the only time its token is known here. */
export interface SignedIn {
  readonly token: string;
  readonly session: DashboardSession;
}

/**
 * Opens a session, and clears away some that are over.
 *
 * @throws {Unauthenticated} for a key that does not work. @throws {Invalid} for a publishable one.
 * @throws {SignInCodeInvalid}
 */
export async function signIn(source: WorkSource, body: SignInBody): Promise<SignedIn> {
  const token = 'key' in body ? await withKey(source, body) : await withCode(source, body);
  const known = await findSession(source, token);
  if (!known) throw new Unauthenticated('The key this signs in with no longer works.');
  return { token, session: known.session };
}

/** Ends a session, at once in this process; one that is over or never was stays so. */
export async function signOut({ db }: Pick<WorkSource, 'db'>, token: string): Promise<void> {
  const workspaceId = workspaceOfToken(token);
  if (workspaceId === null) return;
  const ended = await db.run(sql`/* dashboard_session.end */
    DELETE FROM dashboard_session WHERE workspace_id = ${workspaceId}::uuid AND hash = ${hashOfKey(token)}::bytea`);
  if (ended > 0) forgetCredentials(db);
}

async function withKey(source: WorkSource, { key: text, name }: { key: string; name: string }): Promise<string> {
  const key = await findKey(source, text);
  if (!key) throw new Unauthenticated('This key is unknown, expired or revoked.');
  if (key.caller.kind !== 'secret') {
    const fault = { pointer: '/key', detail: 'a secret key (sk_…); publishable keys can only send' };
    throw new Invalid('The dashboard is opened with a secret key.', [fault]);
  }
  const { workspaceId, by } = key.caller;
  return inWork(source, workspaceId, (work) => open(work, fromWire('key', by.keyId), name));
}

async function withCode(source: WorkSource, { code, name }: { code: string; name: string }): Promise<string> {
  const workspaceId = workspaceOfToken(code);
  if (workspaceId === null) throw new SignInCodeInvalid();
  return inWork(source, workspaceId, async (work) => open(work, await useSignInCode(work, code), name));
}

async function open(work: Work, keyId: Uuid | null, name: string): Promise<string> {
  const { tx, workspaceId, now } = work;
  const token = makeTokenText(workspaceId);
  const at = now.toISOString();
  const expires = new Date(endOfSession(now.getTime(), now.getTime())).toISOString();
  await tx.run(sql`/* dashboard_session.open */
    INSERT INTO dashboard_session (workspace_id, hash, key_id, agent_name, created_at, last_used_at, expires_at)
    VALUES (${workspaceId}::uuid, ${hashOfKey(token)}::bytea, ${keyId}::uuid, ${name}, ${at}::timestamptz,
      ${at}::timestamptz, ${expires}::timestamptz)`);
  await sweep(work);
  return token;
}

/** A few at a time, and none that another sign-in is at. */
async function sweep({ tx, workspaceId, now }: Work): Promise<void> {
  const at = now.toISOString();
  await tx.run(sql`/* dashboard_session.sweep */
    DELETE FROM dashboard_session WHERE workspace_id = ${workspaceId}::uuid AND hash IN (
      SELECT hash FROM dashboard_session WHERE workspace_id = ${workspaceId}::uuid AND expires_at <= ${at}::timestamptz
      ORDER BY expires_at LIMIT ${SWEPT_PER_SIGN_IN}::int FOR UPDATE SKIP LOCKED)`);
  await tx.run(sql`/* sign_in_code.sweep */
    DELETE FROM sign_in_code WHERE workspace_id = ${workspaceId}::uuid AND hash IN (
      SELECT hash FROM sign_in_code WHERE workspace_id = ${workspaceId}::uuid AND expires_at <= ${at}::timestamptz
      ORDER BY expires_at LIMIT ${SWEPT_PER_SIGN_IN}::int FOR UPDATE SKIP LOCKED)`);
}
