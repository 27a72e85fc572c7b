/** Conversations and their messages: of the whole workspace, or of the visitor whose token the client has. */
import type { CallOptions, WriteOptions } from './options.ts';
import type { Rest } from './rest.ts';
import type { BodyOf, QueryOf } from './rest-types.ts';

/** With a visitor token all of it is about what is the visitor's own, and needs no scope. */
export function conversationMethods(rest: Rest) {
  return {
    /** Newest activity first. */
    list: (query?: QueryOf<'listConversations'>, options?: CallOptions) =>
      rest.list('listConversations', { query }, options),
    /** One conversation. @param id `cnv_…`. @throws {NotFoundError} */
    get: (id: string, options?: CallOptions) => rest.call('getConversation', { path: { id } }, options),
    /** A conversation with its first message. @throws {NotFoundError} @throws {RejectedError} */
    start: (conversation: BodyOf<'startConversation'>, options?: WriteOptions) =>
      rest.call('startConversation', { body: conversation }, options),
    /** Writes a message; what a visitor writes opens a closed conversation again. @throws {RejectedError} */
    send: (id: string, message: BodyOf<'sendMessage'>, options?: WriteOptions) =>
      rest.call('sendMessage', { path: { id }, body: message }, options),
    /** Its messages, oldest first unless `order` says otherwise. */
    messages: (id: string, query?: QueryOf<'listMessages'>, options?: CallOptions) =>
      rest.list('listMessages', { path: { id }, query }, options),
    /** Marks what the other side wrote as read: all of it, or up to a message. */
    markRead: (id: string, read: BodyOf<'markRead'> = {}, options?: WriteOptions) =>
      rest.call('markRead', { path: { id }, body: read }, options),
    /** Closes, reopens or renames it: what is not named stays. Not for visitors. */
    update: (id: string, edit: BodyOf<'updateConversation'>, options?: WriteOptions) =>
      rest.call('updateConversation', { path: { id }, body: edit }, options),
  };
}
