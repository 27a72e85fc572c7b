/** What a workspace chooses for itself, and the secrets its servers prove userIds with. */
import { randomBytes } from 'node:crypto';
import type { IdentitySecret as SecretRow } from '../../prisma/generated/client/client.ts';
import { type By, type Context, requireScope } from '../context.ts';
import type {
  IdentitySecret,
  NewIdentitySecret,
  RotateIdentitySecretBody,
  Settings,
  SettingsBody,
} from '../contract/settings.ts';
import { Conflict } from '../errors.ts';
import { sql } from '../infra/sql.ts';
import { forgetCredentials } from './credential-ring.ts';
import { hintOfKey } from './key-text.ts';
import { inWork, type Work } from './work.ts';

/** Identities cannot be verified before there is a secret to verify them with. */
export class NoIdentitySecret extends Conflict {
  readonly code = 'no_identity_secret';
}

const SECRET_BYTES = 32;

/** The settings, without the text of any secret. @throws {Forbidden} without `admin`. */
export async function getSettings({ caller, db, clock }: Context): Promise<Settings> {
  requireScope(caller, 'admin');
  const { workspaceId } = caller;
  const [row, secrets] = await Promise.all([
    db.prisma.settings.findUnique({ where: { workspaceId } }),
    db.prisma.identitySecret.findMany({
      where: { workspaceId, OR: [{ expiresAt: null }, { expiresAt: { gt: clock.now() } }] },
      orderBy: { id: 'desc' },
    }),
  ]);
  return {
    identityVerification: (row?.identityVerification ?? 'off') as Settings['identityVerification'],
    identitySecrets: secrets.map(toSecret),
  };
}

/**
 * Changes what `body` names. This process goes by it at once, others when they look up the key anew.
 *
 * @throws {Forbidden} without `admin`. @throws {NoIdentitySecret} when identities are to be verified without a secret.
 */
export async function updateSettings(ctx: Context, { identityVerification }: SettingsBody): Promise<Settings> {
  requireScope(ctx.caller, 'admin');
  if (identityVerification !== undefined) {
    await inWork(ctx, ctx.caller.workspaceId, async (work) => {
      await lockSettings(work);
      if (identityVerification !== 'off') await requireSecret(work);
      await work.tx.run(sql`/* settings.update */
        UPDATE settings SET identity_verification = ${identityVerification}
        WHERE workspace_id = ${work.workspaceId}::uuid`);
    });
    forgetCredentials(ctx.db);
  }
  return getSettings(ctx);
}

/**
 * Makes the secret that proves userIds from now on; those made before do so for `overlapSeconds` more, unless they were
 * to end sooner. Its text is in this answer and in no other.
 *
 * @throws {Forbidden} without `admin`.
 */
export async function rotateIdentitySecret(
  ctx: Context,
  { overlapSeconds }: RotateIdentitySecretBody,
): Promise<NewIdentitySecret> {
  requireScope(ctx.caller, 'admin');
  const secret = `ivs_${randomBytes(SECRET_BYTES).toString('hex')}`;
  const { by } = ctx.caller;
  const createdAt = await inWork(ctx, ctx.caller.workspaceId, async (work) => {
    await lockSettings(work);
    await endSecrets(work, overlapSeconds);
    await work.tx.run(sql`/* identity_secret.create */
      INSERT INTO identity_secret (workspace_id, id, secret, created_at, created_by)
      VALUES (${work.workspaceId}::uuid, ${work.ids.uuid()}::uuid, ${secret}, ${work.now.toISOString()}::timestamptz,
        ${JSON.stringify(by)}::jsonb)`);
    return work.now;
  });
  forgetCredentials(ctx.db);
  return { hint: hintOfKey(secret), createdAt: createdAt.toISOString(), createdBy: by, expiresAt: null, secret };
}

/** Makes the row when there is none, and holds it: of two rotations at once the second ends the first one's secret. */
async function lockSettings({ tx, workspaceId }: Work): Promise<void> {
  await tx.run(sql`/* settings.lock */
    INSERT INTO settings (workspace_id) VALUES (${workspaceId}::uuid)
    ON CONFLICT (workspace_id) DO UPDATE SET workspace_id = excluded.workspace_id`);
}

async function requireSecret({ tx, workspaceId }: Work): Promise<void> {
  const [row] = await tx.rows(sql`/* identity_secret.newest */
    SELECT 1 FROM identity_secret WHERE workspace_id = ${workspaceId}::uuid AND expires_at IS NULL LIMIT 1`);
  if (row) return;
  throw new NoIdentitySecret(
    'There is no secret yet. Make one with POST /settings/identity-secret/rotate, and let your servers use it.',
  );
}

/** What proves nothing any more is not kept. */
async function endSecrets({ tx, workspaceId, now }: Work, overlapSeconds: number): Promise<void> {
  const end = new Date(now.getTime() + overlapSeconds * 1000).toISOString();
  await tx.run(sql`/* identity_secret.expire */
    UPDATE identity_secret SET expires_at = least(expires_at, ${end}::timestamptz)
    WHERE workspace_id = ${workspaceId}::uuid`);
  await tx.run(sql`/* identity_secret.drop_ended */
    DELETE FROM identity_secret
    WHERE workspace_id = ${workspaceId}::uuid AND expires_at <= ${now.toISOString()}::timestamptz`);
}

function toSecret({ secret, createdAt, createdBy, expiresAt }: SecretRow): IdentitySecret {
  return {
    hint: hintOfKey(secret),
    createdAt: createdAt.toISOString(),
    createdBy: createdBy as unknown as By,
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}
