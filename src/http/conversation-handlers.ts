/** The handlers of conversations: parsed input in, a service's answer out. No rules here. */
import type { conversationRoutes } from '../contract/conversation-routes.ts';
import {
  getConversation,
  listConversations,
  listVisitorConversations,
  updateConversation,
} from '../services/conversation.ts';
import { startConversation } from '../services/conversation-start.ts';
import { listMessages, markRead, sendMessage } from '../services/message.ts';
import type { Handlers } from './handler.ts';
import { made, many, one, redirectedPage } from './replies.ts';

/** By operation id, as the routes. */
export const conversationHandlers: Handlers<keyof typeof conversationRoutes> = {
  listConversations: async (ctx, { query }) => many(await listConversations(ctx, query)),
  startConversation: async (ctx, { body }) => {
    const conversation = await startConversation(ctx, body);
    return made(`/conversations/${conversation.id}`, conversation);
  },
  getConversation: async (ctx, { id }) => one(await getConversation(ctx, id)),
  updateConversation: async (ctx, { id, body }) => one(await updateConversation(ctx, id, body)),
  listMessages: async (ctx, { id, query }) => many(await listMessages(ctx, id, query)),
  sendMessage: async (ctx, { id, body }) => made(`/conversations/${id}/messages`, await sendMessage(ctx, id, body)),
  markRead: async (ctx, { id, body }) => one(await markRead(ctx, id, body)),
  listVisitorConversations: async (ctx, { id, query }) =>
    redirectedPage(await listVisitorConversations(ctx, id, query), '/conversations'),
};
