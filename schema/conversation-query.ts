/** Reading conversations: one by its id, or a list of them. */
import { conversationArguments } from '../src/contract/conversation.ts';
import { readId } from '../src/normalise/outside.ts';
import { countConversations, getConversation, sliceConversations } from '../src/services/conversation.ts';
import { builder } from './builder.ts';
import { pageArgs } from './connection.ts';
import { conversation, conversationConnection, conversationStatus } from './conversation.ts';
import { readArguments } from './input.ts';

builder.queryFields((t) => ({
  conversation: t.field({
    type: conversation,
    nullable: true,
    description: 'One conversation; null beside an error. Needs conversations:read or a visitor token.',
    args: { id: t.arg.id({ required: true, description: '`cnv_…`.' }) },
    resolve: async (_root, { id }, ctx) => {
      await ctx.countCall();
      return getConversation(ctx, readId(id));
    },
  }),
  conversations: t.field({
    type: conversationConnection,
    description:
      'Conversations, newest activity first; of a visitor their own. Needs conversations:read or a visitor token.',
    args: {
      ...pageArgs,
      status: t.arg({ type: conversationStatus, description: 'Open or closed ones.' }),
      unread: t.arg.boolean({ description: 'Has messages that the side that asks did not read.' }),
      visitorId: t.arg.string({ description: 'Of this visitor alone. Not with a visitor token.' }),
    },
    resolve: async (_root, args, ctx) => {
      await ctx.countCall();
      const { first, after, ...which } = readArguments(conversationArguments, args);
      const query = { ...which, limit: first, cursor: after };
      return { slice: await sliceConversations(ctx, query), asked: query, total: () => countConversations(ctx, query) };
    },
  }),
}));
