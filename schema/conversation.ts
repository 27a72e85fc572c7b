/** Conversations and their messages. */
import { type Conversation, type Message, messageArguments } from '../src/contract/conversation.ts';
import { builder } from './builder.ts';
import { connectionOf, pageArgs } from './connection.ts';
import { readArguments, sliceQuery } from './input.ts';
import { by } from './merge.ts';

/** Who wrote a message. */
export const authorKind = builder.enumType('AuthorKind', {
  description: 'Who wrote a message. Everybody but the visitor is on the side of the agents.',
  values: {
    visitor: { description: 'The visitor.' },
    agent: { description: 'A person who answers.' },
    bot: { description: 'A program that answers.' },
    system: { description: 'The service around it.' },
  } as const,
});

/** What a message is. */
export const messageType = builder.enumType('MessageType', {
  description: 'What a message is.',
  values: {
    text: { description: 'Text.' },
    image: { description: 'An image; the body is its address.' },
    file: { description: 'A file; the body is its address.' },
    event: { description: 'Something that happened, in words.' },
  } as const,
});

/** Whether a conversation goes on. */
export const conversationStatus = builder.enumType('ConversationStatus', {
  description: 'Whether a conversation goes on.',
  values: {
    open: { description: 'It does.' },
    closed: { description: 'It does not, until the visitor writes again.' },
  } as const,
});

const messageOrder = builder.enumType('MessageOrder', {
  description: 'By time.',
  values: { asc: { description: 'Oldest first.' }, desc: { description: 'Newest first.' } } as const,
});

const messageAuthor = builder.objectRef<Message['author']>('MessageAuthor').implement({
  description: 'Who wrote a message, as its reader is to see them.',
  fields: (t) => ({
    kind: t.expose('kind', { type: authorKind, description: 'Who they are.' }),
    name: t.exposeString('name', { nullable: true, description: 'As it was given; null for the visitor.' }),
    by: t.expose('by', { type: by, nullable: true, description: 'The key that wrote it. Visitors are not told.' }),
  }),
});

/** One message. */
export const message = builder.objectRef<Message>('Message');
builder.node(message, {
  description: 'A message of a conversation.',
  id: { resolve: ({ id }) => id },
  loadWithoutCache: (id, ctx) => ctx.loaders.message(id),
  fields: (t) => ({
    conversationId: t.exposeID('conversationId', { description: 'The conversation it belongs to.' }),
    author: t.expose('author', { type: messageAuthor, description: 'Who wrote it.' }),
    type: t.expose('type', { type: messageType, description: 'What it is.' }),
    body: t.exposeString('body', { description: 'Text; of an image or a file its http(s) address.' }),
    sentAt: t.expose('sentAt', { type: 'DateTime', description: 'Always later than the message before it.' }),
    readAt: t.expose('readAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the other side marked it as read.',
    }),
  }),
});

/** Messages. */
const messageConnection = connectionOf<Message>('Message', message, 'messages');

const unreadCounts = builder.objectRef<Conversation['unread']>('UnreadCounts').implement({
  description: 'Messages that the one or the other side has not read.',
  fields: (t) => ({
    visitor: t.exposeInt('visitor', { description: 'Written by the side of the agents, not read by the visitor.' }),
    agents: t.exposeInt('agents', { description: 'Written by the visitor, not read by the agents.' }),
  }),
});

/** What a visitor and those who answer them write to each other. */
export const conversation = builder.objectRef<Conversation>('Conversation');
builder.node(conversation, {
  description: 'What a visitor and those who answer them write to each other, under one subject.',
  id: { resolve: ({ id }) => id },
  loadWithoutCache: (id, ctx) => ctx.loaders.conversation(id),
  fields: (t) => ({
    visitorId: t.exposeID('visitorId', { description: 'The person it belongs to now.' }),
    subject: t.exposeString('subject', { nullable: true, description: 'What it is about.' }),
    status: t.expose('status', { type: conversationStatus, description: 'Whether it goes on.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it began.' }),
    lastMessageAt: t.expose('lastMessageAt', { type: 'DateTime', description: 'When somebody last wrote.' }),
    messageCount: t.exposeInt('messageCount', { description: 'Messages of both sides.' }),
    unread: t.expose('unread', { type: unreadCounts, description: 'Messages not read.' }),
    lastMessage: t.expose('lastMessage', { type: message, description: 'The newest one.' }),
    by: t.expose('by', {
      type: by,
      nullable: true,
      description: 'The key that began it; null when the visitor did. Visitors are not told.',
    }),
    messages: t.field({
      type: messageConnection,
      description: 'Its messages by time.',
      args: {
        ...pageArgs,
        order: t.arg({ type: messageOrder, defaultValue: 'asc', description: 'Oldest or newest first.' }),
      },
      resolve: async ({ id, messageCount }, args, ctx) => {
        const { order, ...slice } = readArguments(messageArguments, args);
        const asked = { order, ...sliceQuery(slice) };
        return { slice: await ctx.loaders.messages(id, asked), asked, total: () => messageCount };
      },
    }),
  }),
});

/** Conversations. */
export const conversationConnection = connectionOf<Conversation>('Conversation', conversation, 'conversations');
