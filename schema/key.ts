/** Keys of a workspace. A key's text is answered once, by what made it. */
import type { Warning } from '../src/contract/item.ts';
import { type Key, keyBody, type NewKey, rotateBody } from '../src/contract/key.ts';
import { DEFAULT_KEY_OVERLAP_SECONDS, MAX_KEY_ORIGINS } from '../src/limits.ts';
import { readId } from '../src/normalise/outside.ts';
import { createKey, getKey, listKeys, revokeKey, rotateKey } from '../src/services/key.ts';
import { builder } from './builder.ts';
import { connectionArguments, connectionOf, listedPage, pageArgs } from './connection.ts';
import { warning } from './ingest.ts';
import { readArguments, sliceQuery } from './input.ts';
import { by } from './merge.ts';

const keyKind = builder.enumType('KeyKind', {
  description: 'What a key is for.',
  values: {
    publishable: { description: 'For pages: it can only send.' },
    secret: { description: 'For servers: it may do what its scopes say.' },
  } as const,
});

const key = builder.objectRef<Key>('Key');
builder.node(key, {
  description: 'A key of the workspace, without its text.',
  id: { resolve: ({ id }) => id },
  loadWithoutCache: (id, ctx) => getKey(ctx, readId(id)),
  fields: (t) => ({
    kind: t.expose('kind', { type: keyKind, description: 'What it is for.' }),
    name: t.exposeString('name', { description: 'What it was called.' }),
    hint: t.exposeString('hint', { description: 'The last four characters.' }),
    scopes: t.exposeStringList('scopes', { description: 'What a secret key may do.' }),
    origins: t.exposeStringList('origins', { description: 'Where a publishable key may be used; empty = anywhere.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    createdBy: t.expose('createdBy', { type: by, nullable: true, description: 'Null: on the command line.' }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true, description: 'To the minute.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: 'The end of a rotation.' }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true, description: 'When it was ended.' }),
  }),
});

const keyConnection = connectionOf<Key>('Key', key, 'keys');

const newKey = builder.objectRef<NewKey & { readonly warnings: readonly Warning[] }>('NewKeyPayload').implement({
  description: 'A key just made.',
  fields: (t) => ({
    key: t.field({ type: key, description: 'The key.', resolve: (made) => made }),
    text: t.string({ description: 'The key itself: shown here and never again.', resolve: (made) => made.key }),
    warnings: t.expose('warnings', { type: [warning], description: 'What was mended in its name.' }),
  }),
});

const keyInput = builder.inputType('CreateKeyInput', {
  description: 'What key to make.',
  fields: (t) => ({
    kind: t.field({ type: keyKind, required: true, description: 'What it is for.' }),
    name: t.string({ required: true, description: 'What to call it.' }),
    scopes: t.stringList({ description: 'What a secret key may do; at least one.' }),
    origins: t.stringList({ description: `Where a publishable key may be used, at most ${MAX_KEY_ORIGINS}.` }),
  }),
});

builder.queryField('keys', (t) =>
  t.field({
    type: keyConnection,
    description: 'Keys, newest first, revoked ones too. Needs admin.',
    args: pageArgs,
    resolve: async (_root, args, ctx) => {
      const asked = sliceQuery(readArguments(connectionArguments, args));
      return listedPage(await listKeys(ctx, asked), asked);
    },
  }),
);

builder.mutationFields((t) => ({
  createKey: t.field({
    type: newKey,
    description: 'Makes a key. Needs admin.',
    args: { input: t.arg({ type: keyInput, required: true, description: 'What key to make.' }) },
    resolve: async (_root, { input }, ctx) => {
      const warnings: Warning[] = [];
      const made = await createKey(ctx, readArguments(keyBody, input, warnings));
      return { ...made, warnings };
    },
  }),
  rotateKey: t.field({
    type: newKey,
    description: 'Makes a new key like this one; the old one works on for the overlap. Needs admin.',
    args: {
      id: t.arg.id({ required: true, description: '`key_…`.' }),
      overlapSeconds: t.arg.int({
        defaultValue: DEFAULT_KEY_OVERLAP_SECONDS,
        description: 'How long the old key still works.',
      }),
    },
    resolve: async (_root, { id, ...body }, ctx) => {
      const made = await rotateKey(ctx, readId(id), readArguments(rotateBody, body));
      return { ...made, warnings: [] };
    },
  }),
  revokeKey: t.id({
    description: 'Ends a key at once, and answers its id. Needs admin.',
    args: { id: t.arg.id({ required: true, description: '`key_…`.' }) },
    resolve: async (_root, { id }, ctx) => {
      await revokeKey(ctx, readId(id));
      return id;
    },
  }),
}));
