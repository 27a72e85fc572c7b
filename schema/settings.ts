/** What a workspace chooses for itself. The secret of identity verification is answered once, by what made it. */
import {
  IDENTITY_MODES,
  type IdentitySecret,
  type NewIdentitySecret,
  rotateIdentitySecretBody,
  type Settings,
  settingsBody,
} from '../src/contract/settings.ts';
import { DEFAULT_KEY_OVERLAP_SECONDS } from '../src/limits.ts';
import { getSettings, rotateIdentitySecret, updateSettings } from '../src/services/settings.ts';
import { builder } from './builder.ts';
import { readArguments } from './input.ts';
import { by } from './merge.ts';

const [off, warn, enforce] = IDENTITY_MODES;
const identityVerification = builder.enumType('IdentityVerification', {
  description: 'What is done about a userId that comes with a publishable key and without a valid proof.',
  values: {
    [off]: { description: 'Nothing is checked.' },
    [warn]: { description: 'It is stored as not verified, and listed among the ingestion issues.' },
    [enforce]: { description: 'It is rejected.' },
  } as const,
});

const identitySecret = builder.objectRef<IdentitySecret>('IdentitySecret').implement({
  description: 'What servers prove userIds with, without its text.',
  fields: (t) => ({
    hint: t.exposeString('hint', { description: 'The last four characters.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    createdBy: t.expose('createdBy', { type: by, description: 'Who made it.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'From then on it proves nothing: the end of a rotation.',
    }),
  }),
});

const settings = builder.objectRef<Settings>('Settings').implement({
  description: 'What the workspace chose.',
  fields: (t) => ({
    identityVerification: t.expose('identityVerification', {
      type: identityVerification,
      description: 'What is done about unproven userIds.',
    }),
    identitySecrets: t.expose('identitySecrets', {
      type: [identitySecret],
      description: 'Those in force, newest first.',
    }),
  }),
});

const newIdentitySecret = builder.objectRef<NewIdentitySecret>('NewIdentitySecretPayload').implement({
  description: 'A secret just made.',
  fields: (t) => ({
    identitySecret: t.field({ type: identitySecret, description: 'The secret.', resolve: (made) => made }),
    text: t.string({ description: 'The secret itself: shown here and never again.', resolve: (made) => made.secret }),
  }),
});

const settingsInput = builder.inputType('UpdateSettingsInput', {
  description: 'What to change; what is not named stays.',
  fields: (t) => ({
    identityVerification: t.field({ type: identityVerification, description: 'What to do about unproven userIds.' }),
  }),
});

builder.queryField('settings', (t) =>
  t.field({
    type: settings,
    description: 'What the workspace chose. Needs admin.',
    resolve: (_root, _args, ctx) => getSettings(ctx),
  }),
);

builder.mutationFields((t) => ({
  updateSettings: t.field({
    type: settings,
    description: 'Changes settings; within a few seconds every process goes by them. Needs admin.',
    args: { input: t.arg({ type: settingsInput, required: true, description: 'What to change.' }) },
    resolve: (_root, { input }, ctx) => updateSettings(ctx, readArguments(settingsBody, input)),
  }),
  rotateIdentitySecret: t.field({
    type: newIdentitySecret,
    description:
      'Makes or replaces the secret of identity verification; those before prove for the overlap. Needs admin.',
    args: {
      overlapSeconds: t.arg.int({
        defaultValue: DEFAULT_KEY_OVERLAP_SECONDS,
        description: 'How long secrets made before still prove a userId.',
      }),
    },
    resolve: (_root, body, ctx) => rotateIdentitySecret(ctx, readArguments(rotateIdentitySecretBody, body)),
  }),
}));
