/** Giving tags to a visitor, and taking them away. */
import type { Warning } from '../src/contract/item.ts';
import { tagBody } from '../src/contract/tag.ts';
import { MAX_LENGTH } from '../src/limits.ts';
import { readId } from '../src/normalise/outside.ts';
import { addTag, removeTag, type TagsReply } from '../src/services/tag.ts';
import { builder } from './builder.ts';
import { warning } from './ingest.ts';
import { readArguments } from './input.ts';
import { visitor } from './visitor.ts';

const payload = builder
  .objectRef<TagsReply & { readonly warnings: readonly Warning[] }>('VisitorTagsPayload')
  .implement({
    description: 'The tags of a visitor after a change.',
    fields: (t) => ({
      tags: t.stringList({ description: 'All they have now.', resolve: ({ tags }) => [...tags] }),
      visitor: t.field({
        type: visitor,
        description: 'Whose they are.',
        resolve: async ({ visitorId, redirectedFrom }, _args, ctx) => ({
          ...(await ctx.loaders.visitor(visitorId)),
          redirectedFrom,
        }),
      }),
      warnings: t.expose('warnings', { type: [warning], description: 'What was mended in the tag.' }),
    }),
  });

const VISITOR = '`vis_…`, `user:<userId>` or `anon:<anonymousId>`.';

builder.mutationFields((t) => ({
  addTag: t.field({
    type: payload,
    description: 'Tags a visitor; a tag they have already changes nothing. Needs visitors:write.',
    args: {
      id: t.arg.id({ required: true, description: VISITOR }),
      tag: t.arg.string({
        required: true,
        description: `At most ${MAX_LENGTH.tag} characters; kept in lower case and with single spaces.`,
      }),
    },
    resolve: async (_root, { id, tag }, ctx) => {
      const warnings: Warning[] = [];
      const reply = await addTag(ctx, readId(id), readArguments(tagBody, { tag }, warnings));
      return { ...reply, warnings };
    },
  }),
  removeTag: t.field({
    type: payload,
    description: 'Takes a tag from the whole person. Needs visitors:write.',
    args: {
      id: t.arg.id({ required: true, description: VISITOR }),
      tag: t.arg.string({ required: true, description: 'In any spelling that is kept as this tag.' }),
    },
    resolve: async (_root, { id, tag }, ctx) => {
      const reply = await removeTag(ctx, readId(id), readId(tag));
      return { ...reply, warnings: [] };
    },
  }),
}));
