/** One-time codes that sign in to the dashboard in the place of a key, so that a link can be printed instead of typed. */
import { Unauthenticated } from '../errors.ts';
import { fromWire, type Uuid } from '../ids.ts';
import { sql } from '../infra/sql.ts';
import { SIGN_IN_CODE_MS } from '../limits.ts';
import { findKey } from './key-ring.ts';
import { hashOfKey } from './key-text.ts';
import { makeTokenText } from './token-text.ts';
import { inWork, type Work, type WorkSource } from './work.ts';

/** The code is unknown, was used before, or is too old. */
export class SignInCodeInvalid extends Unauthenticated {
  override readonly code = 'sign_in_code_invalid';
  constructor() {
    super('This sign-in link was used before or is too old. Sign in with a secret key instead.');
  }
}

/**
 * A new code for whoever holds this secret key. It is shown this once.
 *
 * @throws {Unauthenticated} when the key does not work.
 */
export async function makeSignInCode(source: WorkSource, secretKey: string): Promise<string> {
  const key = await findKey(source, secretKey);
  if (key?.caller.kind !== 'secret') throw new Unauthenticated('Only a secret key that works opens the dashboard.');
  const { workspaceId, by } = key.caller;
  const code = makeTokenText(workspaceId);
  await inWork(source, workspaceId, async ({ tx, now }) => {
    const expires = new Date(now.getTime() + SIGN_IN_CODE_MS);
    await tx.run(sql`/* sign_in_code.create */
      INSERT INTO sign_in_code (workspace_id, hash, key_id, created_at, expires_at)
      VALUES (${workspaceId}::uuid, ${hashOfKey(code)}::bytea, ${fromWire('key', by.keyId)}::uuid,
        ${now.toISOString()}::timestamptz, ${expires.toISOString()}::timestamptz)`);
  });
  return code;
}

/**
 * Uses a code up: of callers that come together one gets the key, and none does after it.
 *
 * @returns the key it signs in with. @throws {SignInCodeInvalid}
 */
export async function useSignInCode({ tx, workspaceId, now }: Work, code: string): Promise<Uuid> {
  const [used] = await tx.rows<{ keyId: Uuid }>(sql`/* sign_in_code.use */
    DELETE FROM sign_in_code
    WHERE workspace_id = ${workspaceId}::uuid AND hash = ${hashOfKey(code)}::bytea
      AND expires_at > ${now.toISOString()}::timestamptz
    RETURNING key_id AS "keyId"`);
  if (!used) throw new SignInCodeInvalid();
  return used.keyId;
}
