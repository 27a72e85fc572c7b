/** What a workspace chooses for itself, and the secrets its servers prove userIds with. */
import { z } from 'zod';
import { overlapSeconds } from './key.ts';
import { by } from './merge.ts';
import { time } from './text.ts';

/** The ways to treat a userId that comes with a publishable key and without a valid proof. */
export const IDENTITY_MODES = ['off', 'warn', 'enforce'] as const;

/** What a workspace does about unproven userIds. */
export const identityMode = z
  .enum(IDENTITY_MODES)
  .describe('off: nothing is checked. warn: stored as not verified, and listed. enforce: rejected.');

/** A secret without its text. */
export const identitySecret = z
  .object({
    hint: z.string().describe('The last four characters.'),
    createdAt: time,
    createdBy: by,
    expiresAt: time.nullable().describe('From then on it proves nothing: the end of a rotation.'),
  })
  .meta({ id: 'IdentitySecret' });
export type IdentitySecret = z.output<typeof identitySecret>;

/** Everything a workspace chose. */
export const settings = z
  .object({
    identityVerification: identityMode,
    identitySecrets: z.array(identitySecret).describe('Those in force, newest first.'),
  })
  .meta({ id: 'Settings' });
export type Settings = z.output<typeof settings>;

/** The body of PUT /settings: what is not named stays. */
export const settingsBody = z.strictObject({ identityVerification: identityMode.optional() }).meta({
  id: 'SettingsBody',
});
export type SettingsBody = z.output<typeof settingsBody>;

/** The body of POST /settings/identity-secret/rotate. */
export const rotateIdentitySecretBody = z
  .strictObject({ overlapSeconds: overlapSeconds.describe('How long secrets made before still prove a userId.') })
  .meta({ id: 'RotateIdentitySecretBody' });
export type RotateIdentitySecretBody = z.output<typeof rotateIdentitySecretBody>;

/** A secret just made: the only time its text is shown. */
export const newIdentitySecret = identitySecret
  .extend({
    secret: z
      .string()
      .nullable()
      .describe('Shown once: null when an answer is repeated for its Idempotency-Key. Keep it on your servers.'),
  })
  .meta({ id: 'NewIdentitySecret' });
export type NewIdentitySecret = z.output<typeof newIdentitySecret> & { readonly secret: string };
