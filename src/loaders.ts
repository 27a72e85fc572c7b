/** What one request loads in batches: nested fields of many visitors become one statement a kind. Lives for a request. */
import DataLoader from 'dataloader';
import { type Context, isToldIdsOnly } from './context.ts';
import type { Company } from './contract/company.ts';
import type { Conversation, Message, MessageOrder } from './contract/conversation.ts';
import type { Event } from './contract/event.ts';
import type { Merge } from './contract/merge.ts';
import type { Note } from './contract/note.ts';
import type { Slice, SliceQuery } from './contract/page.ts';
import type { Session } from './contract/session.ts';
import type { Visitor } from './contract/visitor.ts';
import { type AppError, NotFound } from './errors.ts';
import type { VisitorId } from './ids.ts';
import { getCompanies } from './services/company.ts';
import { conversationsOf, getConversations } from './services/conversation.ts';
import { countEvents, type EventKind, eventsOf, getEvents } from './services/event.ts';
import { countMerges, getMerges, mergesOf } from './services/merge-list.ts';
import { getMessages, messagesOf } from './services/message.ts';
import { countNotes, getNotes, notesOf } from './services/note-list.ts';
import { getSessions, type SessionsAsked, sessionsOf } from './services/session.ts';
import { getVisitors, type VisitorReply } from './services/visitor.ts';

/** A visitor, and the id it was asked by when that was merged into it. */
export interface FoundVisitor extends Visitor {
  readonly redirectedFrom: VisitorReply['redirectedFrom'];
}

/** Which tracked events or page views, and which stretch of them. */
export type EventsAsked = EventKind & SliceQuery;

/** Which stretch of a conversation's messages. */
export interface MessagesAsked extends SliceQuery {
  readonly order: MessageOrder;
}

/** One set a request. A loader answers in key order; an id nobody has is an error in its place. */
export class Loaders {
  readonly #ctx: Context;
  readonly #byQuery = new Map<string, unknown>();

  constructor(ctx: Context) {
    this.#ctx = ctx;
  }

  /** By id; merged-away ids lead to their survivor. */
  visitor(id: VisitorId): Promise<FoundVisitor> {
    const load = async (ids: readonly VisitorId[]) => {
      const found = await getVisitors(this.#ctx, ids);
      return ids.map((each) => {
        const reply = found.get(each);
        return reply ? { ...reply.visitor, redirectedFrom: reply.redirectedFrom } : missing();
      });
    };
    return this.#loader<VisitorId, FoundVisitor>('visitor', load).load(id);
  }

  /** Who an item was stored under, as far as its sender may know: a publishable key is told ids only. */
  async stored(id: VisitorId | undefined): Promise<FoundVisitor | null> {
    return id === undefined || isToldIdsOnly(this.#ctx.caller) ? null : this.visitor(id);
  }

  company(id: string): Promise<Company> {
    return this.#loader<string, Company>(
      'company',
      byId((ids) => getCompanies(this.#ctx, ids)),
    ).load(id);
  }

  session(id: string): Promise<Session> {
    return this.#loader<string, Session>(
      'session',
      byId((ids) => getSessions(this.#ctx, ids)),
    ).load(id);
  }

  /** A tracked event or a page view. */
  event(id: string): Promise<Event> {
    return this.#loader<string, Event>(
      'event',
      byId((ids) => getEvents(this.#ctx, ids)),
    ).load(id);
  }

  note(id: string): Promise<Note> {
    return this.#loader<string, Note>(
      'note',
      byId((ids) => getNotes(this.#ctx, ids)),
    ).load(id);
  }

  merge(id: string): Promise<Merge> {
    return this.#loader<string, Merge>(
      'merge',
      byId((ids) => getMerges(this.#ctx, ids)),
    ).load(id);
  }

  /** Newest first. */
  events(id: VisitorId, asked: EventsAsked): Promise<Slice<Event>> {
    const load = (ids: readonly VisitorId[]) => eventsOf(this.#ctx, ids, asked);
    return this.#loader(`events ${JSON.stringify(asked)}`, load).load(id);
  }

  eventCount(id: VisitorId, { type }: EventKind): Promise<number> {
    const load = (ids: readonly VisitorId[]) => countEvents(this.#ctx, ids, { type });
    return this.#loader(`eventCount ${type}`, load).load(id);
  }

  /** Newest first. */
  sessions(id: VisitorId, asked: SessionsAsked): Promise<Slice<Session>> {
    const load = (ids: readonly VisitorId[]) => sessionsOf(this.#ctx, ids, asked);
    return this.#loader(`sessions ${JSON.stringify(asked)}`, load).load(id);
  }

  /** Newest first. */
  notes(id: VisitorId, asked: SliceQuery): Promise<Slice<Note>> {
    const load = (ids: readonly VisitorId[]) => notesOf(this.#ctx, ids, asked);
    return this.#loader(`notes ${JSON.stringify(asked)}`, load).load(id);
  }

  noteCount(id: VisitorId): Promise<number> {
    return this.#loader('noteCount', (ids: readonly VisitorId[]) => countNotes(this.#ctx, ids)).load(id);
  }

  /** Newest first. */
  merges(id: VisitorId, asked: SliceQuery): Promise<Slice<Merge>> {
    const load = (ids: readonly VisitorId[]) => mergesOf(this.#ctx, ids, asked);
    return this.#loader(`merges ${JSON.stringify(asked)}`, load).load(id);
  }

  mergeCount(id: VisitorId): Promise<number> {
    return this.#loader('mergeCount', (ids: readonly VisitorId[]) => countMerges(this.#ctx, ids)).load(id);
  }

  conversation(id: string): Promise<Conversation> {
    return this.#loader<string, Conversation>(
      'conversation',
      byId((ids) => getConversations(this.#ctx, ids)),
    ).load(id);
  }

  message(id: string): Promise<Message> {
    return this.#loader<string, Message>(
      'message',
      byId((ids) => getMessages(this.#ctx, ids)),
    ).load(id);
  }

  /** Newest activity first. */
  conversations(id: VisitorId, asked: SliceQuery): Promise<Slice<Conversation>> {
    const load = (ids: readonly VisitorId[]) => conversationsOf(this.#ctx, ids, asked);
    return this.#loader(`conversations ${JSON.stringify(asked)}`, load).load(id);
  }

  /** By time. */
  messages(conversationId: string, asked: MessagesAsked): Promise<Slice<Message>> {
    const load = (ids: readonly string[]) => messagesOf(this.#ctx, ids, asked);
    return this.#loader(`messages ${JSON.stringify(asked)}`, load).load(conversationId);
  }

  /** One loader for each distinct question: only equal questions share a statement. */
  #loader<Key, Value>(
    question: string,
    load: (keys: readonly Key[]) => Promise<(Value | Error)[]>,
  ): DataLoader<Key, Value> {
    const known = this.#byQuery.get(question) as DataLoader<Key, Value> | undefined;
    if (known) return known;
    const loader = new DataLoader<Key, Value>(load);
    this.#byQuery.set(question, loader);
    return loader;
  }
}

function byId<Item extends { readonly id: string | null }>(get: (ids: readonly string[]) => Promise<Item[]>) {
  return async (ids: readonly string[]): Promise<(Item | AppError)[]> => {
    const found = new Map((await get(ids)).map((item) => [item.id, item]));
    return ids.map((id) => found.get(id) ?? missing());
  };
}

function missing(): AppError {
  return new NotFound('There is no such thing in this workspace.');
}
