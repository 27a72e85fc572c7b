/** How a workspace wants identities proven, as it travels with what is known of a key. */
import { createSecretKey } from 'node:crypto';
import type { IdentityRule } from '../context.ts';
import { type Fragment, sql } from '../infra/sql.ts';

/** What `identityColumns` reads. */
export interface IdentityColumns {
  /** Null: nothing was ever chosen. */
  readonly identityMode: IdentityRule['mode'] | null;
  /** Null: there is none in force. `endsAt` in milliseconds since 1970; null: never. */
  readonly identitySecrets: readonly { readonly secret: string; readonly endsAt: number | null }[] | null;
}

/** Columns of a SELECT. @param workspaceId an expression of it. @param now milliseconds since 1970. */
export function identityColumns(workspaceId: Fragment, now: number): Fragment {
  return sql`(SELECT s.identity_verification FROM settings s WHERE s.workspace_id = ${workspaceId}) AS "identityMode",
      (SELECT json_agg(json_build_object('secret', i.secret, 'endsAt', extract(epoch FROM i.expires_at) * 1000))
        FROM identity_secret i
        WHERE i.workspace_id = ${workspaceId}
          AND (i.expires_at IS NULL OR i.expires_at > ${new Date(now).toISOString()}::timestamptz)) AS "identitySecrets"`;
}

/** The rule of one workspace. */
export function identityRule({ identityMode, identitySecrets }: IdentityColumns): IdentityRule {
  const secrets = (identitySecrets ?? []).map(({ secret, endsAt }) => ({
    key: createSecretKey(secret, 'utf8'),
    endsAt: endsAt ?? Number.POSITIVE_INFINITY,
  }));
  return { mode: identityMode ?? 'off', secrets };
}
