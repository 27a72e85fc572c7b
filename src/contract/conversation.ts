/** Conversations and their messages, as they are answered, listed and written. */
import { z } from 'zod';
import { MAX_LENGTH, MAX_MESSAGE_BYTES } from '../limits.ts';
import { by, visitorReference } from './merge.ts';
import { pageOrCursor, pageParameters, sliceArguments } from './page.ts';
import { booleanParameter, text, time, wireId } from './text.ts';

/** Who wrote a message. */
export const authorKind = z
  .enum(['visitor', 'agent', 'bot', 'system'])
  .describe('Everybody but the visitor is on the side of the agents.');
export type AuthorKind = z.output<typeof authorKind>;

/** What a message is; an image's or a file's body is its address. */
export const messageType = z.enum(['text', 'image', 'file', 'event']);
export type MessageType = z.output<typeof messageType>;

/** Whether a conversation goes on. */
export const conversationStatus = z.enum(['open', 'closed']);
export type ConversationStatus = z.output<typeof conversationStatus>;

/** Who wrote a message, as its reader is to see them. */
export const messageAuthor = z
  .object({
    kind: authorKind,
    name: z.string().nullable().describe('As it was given; null for the visitor, whose profile has it.'),
    by: by.nullable().describe('The key that wrote it. Visitors are not told; of what they wrote themselves null.'),
  })
  .meta({ id: 'MessageAuthor' });

/** One message. */
export const message = z
  .object({
    id: wireId('message'),
    conversationId: wireId('conversation'),
    author: messageAuthor,
    type: messageType,
    body: z.string().describe('Text; of an image or a file its http(s) address.'),
    sentAt: time.describe('Always later than the message before it.'),
    readAt: time.nullable().describe('When the other side marked it as read.'),
  })
  .meta({ id: 'Message' });
export type Message = z.output<typeof message>;

/** What a visitor and those who answer them write to each other, under one subject. */
export const conversation = z
  .object({
    id: wireId('conversation'),
    visitorId: wireId('visitor').describe('The person it belongs to now.'),
    subject: z.string().nullable(),
    status: conversationStatus,
    createdAt: time,
    lastMessageAt: time,
    messageCount: z.int().min(0).describe('Messages of both sides.'),
    unread: z
      .object({
        visitor: z.int().min(0).describe('Written by the side of the agents, not read by the visitor.'),
        agents: z.int().min(0).describe('Written by the visitor, not read by the agents.'),
      })
      .describe('Messages that the one or the other side has not read.'),
    lastMessage: message.describe('The newest one.'),
    by: by.nullable().describe('The key that began it; null when the visitor did. Visitors are not told.'),
  })
  .meta({ id: 'Conversation' });
export type Conversation = z.output<typeof conversation>;

const which = {
  status: conversationStatus.optional(),
  visitorId: visitorReference.optional().describe('Of this visitor alone. Not with a visitor token.'),
};

/** The query of GET /conversations. */
export const conversationQuery = pageOrCursor(
  z.strictObject({
    ...which,
    unread: booleanParameter
      .optional()
      .describe('Has messages that the agents did not read; with a visitor token: that the visitor did not.'),
    ...pageParameters,
  }),
);
export type ConversationQuery = z.output<typeof conversationQuery>;

/** The same as arguments that come with their types. */
export const conversationArguments = z.strictObject({ ...which, unread: z.boolean().optional(), ...sliceArguments });

/** By time: the oldest message first, or the newest. */
export const messageOrder = z.enum(['asc', 'desc']);
export type MessageOrder = z.output<typeof messageOrder>;

const order = messageOrder.default('asc').describe('asc: oldest first. desc: newest first.');

/** The query of a conversation's messages. */
export const messageQuery = pageOrCursor(z.strictObject({ order, ...pageParameters }));
export type MessageQuery = z.output<typeof messageQuery>;

/** The same as arguments that come with their types. */
export const messageArguments = z.strictObject({ order, ...sliceArguments });

/** What is written. Only the shape is judged here; lengths and addresses are the normaliser's, which names the rule. */
export const messageDraft = z.strictObject({
  body: z
    .string()
    .describe(`At most ${MAX_MESSAGE_BYTES} bytes of text that is not blank; of an image or a file an http(s) URL.`),
  type: messageType.default('text').describe('`event` only from the side of the agents.'),
});

/** As whom it is written. */
export const authorDraft = z
  .strictObject({
    kind: authorKind.optional().describe('Absent: `agent`; with a visitor token `visitor`, and nothing else.'),
    name: z.string().optional().describe(`What the visitor is shown; at most ${MAX_LENGTH.name} characters.`),
  })
  .meta({ id: 'AuthorDraft' });
export type AuthorDraft = z.output<typeof authorDraft>;

/** The body of POST /conversations/{id}/messages. */
export const messageBody = messageDraft.extend({ author: authorDraft.optional() }).meta({ id: 'MessageBody' });
export type MessageBody = z.output<typeof messageBody>;

/** The body of POST /conversations. */
export const conversationBody = z
  .strictObject({
    visitorId: visitorReference.optional().describe('Whom it is with. Not with a visitor token.'),
    token: z.string().min(1).optional().describe('A visitor token, as it may also come in `X-Visitor-Token`.'),
    subject: z.string().nullable().optional().describe(`At most ${MAX_LENGTH.subject} characters.`),
    message: messageDraft.describe('Its first message.'),
    author: authorDraft.optional().describe('Who writes that.'),
  })
  .meta({ id: 'ConversationBody' });
export type ConversationBody = z.output<typeof conversationBody>;

/** The body of PUT /conversations/{id}: what is not named stays. */
export const conversationEdit = z
  .strictObject({
    status: conversationStatus.optional(),
    subject: z.string().nullable().optional().describe(`At most ${MAX_LENGTH.subject} characters; null removes it.`),
  })
  .meta({ id: 'ConversationEdit' });
export type ConversationEdit = z.output<typeof conversationEdit>;

/** The body of POST /conversations/{id}/read. */
export const readBody = z
  .strictObject({
    upTo: text(MAX_LENGTH.id).optional().describe('`msg_…`: this message and those before it. Absent: all.'),
  })
  .meta({ id: 'ReadBody' });
export type ReadBody = z.output<typeof readBody>;
