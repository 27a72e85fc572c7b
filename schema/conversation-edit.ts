/** Writing conversations: starting, answering, reading, closing. */
import {
  type Conversation,
  conversationBody,
  conversationEdit,
  type Message,
  messageBody,
  readBody,
} from '../src/contract/conversation.ts';
import type { Warning } from '../src/contract/item.ts';
import { readId } from '../src/normalise/outside.ts';
import { updateConversation } from '../src/services/conversation.ts';
import { startConversation } from '../src/services/conversation-start.ts';
import { markRead, sendMessage } from '../src/services/message.ts';
import { builder } from './builder.ts';
import { authorKind, conversation, conversationStatus, message, messageType } from './conversation.ts';
import { warning } from './ingest.ts';
import { readArguments, readInput } from './input.ts';

interface Mended {
  readonly warnings: readonly Warning[];
}

const conversationPayload = builder
  .objectRef<Mended & { readonly conversation: Conversation }>('ConversationPayload')
  .implement({
    description: 'A conversation after it was written.',
    fields: (t) => ({
      conversation: t.expose('conversation', { type: conversation, description: 'The conversation.' }),
      warnings: t.expose('warnings', { type: [warning], description: 'What was mended in the input.' }),
    }),
  });

const messagePayload = builder.objectRef<Mended & { readonly message: Message }>('MessagePayload').implement({
  description: 'A message that was written.',
  fields: (t) => ({
    message: t.expose('message', { type: message, description: 'The message.' }),
    warnings: t.expose('warnings', { type: [warning], description: 'What was mended in the input.' }),
  }),
});

const authorInput = builder.inputType('AuthorInput', {
  description: 'As whom it is written.',
  fields: (t) => ({
    kind: t.field({ type: authorKind, description: 'Absent: agent; with a visitor token visitor, and nothing else.' }),
    name: t.string({ description: 'What the visitor is shown.' }),
  }),
});

const firstMessageInput = builder.inputType('FirstMessageInput', {
  description: 'The first message of a conversation.',
  fields: (t) => ({
    body: t.string({ required: true, description: 'Text; of an image or a file its http(s) address.' }),
    type: t.field({ type: messageType, defaultValue: 'text', description: 'What it is.' }),
  }),
});

const sendInput = builder.inputType('SendMessageInput', {
  description: 'What to write, and as whom.',
  fields: (t) => ({
    body: t.string({ required: true, description: 'Text; of an image or a file its http(s) address.' }),
    type: t.field({ type: messageType, defaultValue: 'text', description: 'What it is.' }),
    author: t.field({ type: authorInput, description: 'As whom.' }),
  }),
});

const startInput = builder.inputType('StartConversationInput', {
  description: 'With whom, and how it begins.',
  fields: (t) => ({
    visitorId: t.string({
      description: '`vis_…`, `user:<userId>` or `anon:<anonymousId>`. Not with a visitor token.',
    }),
    token: t.string({ description: 'A visitor token, if it does not come in `X-Visitor-Token`.' }),
    subject: t.string({ description: 'What it is about.' }),
    message: t.field({ type: firstMessageInput, required: true, description: 'Its first message.' }),
    author: t.field({ type: authorInput, description: 'Who writes that.' }),
  }),
});

const editInput = builder.inputType('ConversationEditInput', {
  description: 'What to change; what is not named stays.',
  fields: (t) => ({
    status: t.field({ type: conversationStatus, description: 'Open or closed.' }),
    subject: t.string({ description: 'Null removes it.' }),
  }),
});

builder.mutationFields((t) => ({
  startConversation: t.field({
    type: conversationPayload,
    description: 'Starts a conversation. Needs conversations:write or a visitor token.',
    args: { input: t.arg({ type: startInput, required: true, description: 'With whom, and how it begins.' }) },
    resolve: async (_root, { input }, ctx) => {
      await ctx.countCall();
      const warnings: Warning[] = [];
      return { conversation: await startConversation(ctx, readArguments(conversationBody, input, warnings)), warnings };
    },
  }),
  sendMessage: t.field({
    type: messagePayload,
    description: 'Writes a message. Needs conversations:write or a visitor token.',
    args: {
      conversationId: t.arg.id({ required: true, description: '`cnv_…`.' }),
      input: t.arg({ type: sendInput, required: true, description: 'What to write, and as whom.' }),
    },
    resolve: async (_root, { conversationId, input }, ctx) => {
      await ctx.countCall();
      const warnings: Warning[] = [];
      const body = readArguments(messageBody, input, warnings);
      return { message: await sendMessage(ctx, readId(conversationId), body), warnings };
    },
  }),
  markRead: t.field({
    type: conversation,
    description: 'Marks what the other side wrote as read. Needs conversations:write or a visitor token.',
    args: {
      conversationId: t.arg.id({ required: true, description: '`cnv_…`.' }),
      upTo: t.arg.id({ description: '`msg_…`: this message and those before it. Absent: all.' }),
    },
    resolve: async (_root, { conversationId, ...body }, ctx) => {
      await ctx.countCall();
      return markRead(ctx, readId(conversationId), readArguments(readBody, body));
    },
  }),
  updateConversation: t.field({
    type: conversationPayload,
    description: 'Closes, reopens or renames a conversation. Needs conversations:write.',
    args: {
      id: t.arg.id({ required: true, description: '`cnv_…`.' }),
      input: t.arg({ type: editInput, required: true, description: 'What to change.' }),
    },
    resolve: async (_root, { id, input }, ctx) => {
      const warnings: Warning[] = [];
      const edit = readInput(conversationEdit, input, warnings);
      return { conversation: await updateConversation(ctx, readId(id), edit), warnings };
    },
  }),
}));
