/** Visitors: found, read, edited, identified and merged. */
import type { CallOptions, WriteOptions } from './options.ts';
import type { EditOptions, Rest } from './rest.ts';
import type { BodyOf, QueryOf } from './rest-types.ts';

/** A visitor is named by `vis_…`, `user:<userId>` or `anon:<anonymousId>`. Whoever was merged away is still found. */
export function visitorMethods(rest: Rest) {
  return {
    /** One visitor. @throws {NotFoundError} */
    get: (id: string, options?: CallOptions) => rest.call('getVisitor', { path: { id } }, options),
    /** Visitors by search and filters, the latest seen first unless `sort` says otherwise. */
    list: (query?: QueryOf<'listVisitors'>, options?: CallOptions) => rest.list('listVisitors', { query }, options),
    /** Conversations of one visitor, newest activity first. */
    conversations: (id: string, query?: QueryOf<'listVisitorConversations'>, options?: CallOptions) =>
      rest.list('listVisitorConversations', { path: { id }, query }, options),
    /**
     * Sets fields by hand: what is not named stays, null removes. `ifMatch` makes it conditional on an etag.
     *
     * @throws {NotFoundError} @throws {RejectedError} @throws {PreconditionFailedError}
     */
    edit: (id: string, edit: BodyOf<'editVisitor'>, options?: EditOptions) =>
      rest.call('editVisitor', { path: { id }, body: edit }, options),
    /**
     * Everything that is stored about somebody, as a file: JSON, or with `csv` a zip of tables.
     *
     * @throws {NotFoundError} @throws from its body: {ConnectionError} when they are deleted meanwhile.
     */
    export: (id: string, query?: QueryOf<'exportVisitor'>, options?: CallOptions) =>
      rest.download('exportVisitor', { path: { id }, query }, options),
    /** Tags a visitor, and answers all their tags; one they have already changes nothing. @throws {RejectedError} */
    addTag: (id: string, tag: string, options?: WriteOptions) =>
      rest.call('addTag', { path: { id }, body: { tag } }, options),
    /** Takes a tag away. @throws {NotFoundError} also when they do not have it. */
    removeTag: (id: string, tag: string, options?: WriteOptions) =>
      rest.call('removeTag', { path: { id, tag } }, options),
    /** Says who somebody is, links the anonymousId to them, and sets traits. @throws {RejectedError} */
    identify: (item: BodyOf<'identify'>, options?: WriteOptions) => rest.send('identify', item, options),
    /**
     * A token that opens what is the visitor's own, for the option `visitorToken`: everything of the person when the
     * userId is proven.
     *
     * @throws {AnonymousIdTooWeakError} @throws {RejectedError} `identity_unproven`
     */
    token: (request: BodyOf<'issueVisitorToken'>, options?: WriteOptions) =>
      rest.call('issueVisitorToken', { body: request }, options),
    /** Sets traits of somebody, as a widget does. @throws {RejectedError} */
    update: (item: BodyOf<'update'>, options?: WriteOptions) => rest.send('update', item, options),
    /**
     * Merges source into target; with `dryRun` says only what would happen.
     *
     * @throws {IdentifiedConflictError} @throws {AlreadyMergedError} @throws {SelfMergeError} @throws {StalePlanError}
     */
    merge: (merge: BodyOf<'mergeVisitors'>, options?: WriteOptions) =>
      rest.call('mergeVisitors', { body: merge }, options),
    /**
     * Deletes a visitor and everything of theirs, for good: the receipt; how far it is when it takes longer; with
     * `dryRun` what would be deleted.
     *
     * @param id any id of the person. @throws {NotFoundError} @throws {LegalHoldError}
     */
    delete: (id: string, query?: QueryOf<'deleteVisitor'>, options?: WriteOptions) =>
      rest.call('deleteVisitor', { path: { id }, query }, options),
    /** Whether a visitor is on legal hold. @throws {NotFoundError} */
    hold: (id: string, options?: CallOptions) => rest.call('getHold', { path: { id } }, options),
    /** Places or releases a legal hold. @throws {NotFoundError} */
    setHold: (id: string, hold: boolean, options?: WriteOptions) =>
      rest.call('setHold', { path: { id }, body: { hold } }, options),
    /** Takes a merge back, in any order. @param mergeId `mrg_…`. @throws {AlreadyUndoneError} @throws {MergeErasedError} */
    unmerge: (mergeId: string, options?: WriteOptions) => rest.call('undoMerge', { path: { id: mergeId } }, options),
    /**
     * Takes away who somebody is, and keeps what was done and said; with `dryRun` only says what would be replaced.
     *
     * @throws {NotFoundError} @throws {LegalHoldError}
     */
    anonymize: (id: string, body: BodyOf<'anonymizeVisitor'> = {}, options?: WriteOptions) =>
      rest.call('anonymizeVisitor', { path: { id }, body }, options),
  };
}

/** Notes about one visitor, who never sees them. */
export function noteMethods(rest: Rest) {
  return {
    /** Newest first. */
    list: (visitorId: string, query?: QueryOf<'listNotes'>, options?: CallOptions) =>
      rest.list('listNotes', { path: { id: visitorId }, query }, options),
    /** Writes one. @throws {NotFoundError} @throws {RejectedError} */
    add: (visitorId: string, body: string, options?: WriteOptions) =>
      rest.call('addNote', { path: { id: visitorId }, body: { body } }, options),
    /** Writes one anew. @param noteId `not_…`. @throws {NotFoundError} @throws {RejectedError} */
    update: (visitorId: string, noteId: string, body: string, options?: WriteOptions) =>
      rest.call('updateNote', { path: { id: visitorId, noteId }, body: { body } }, options),
    /** Deletes one. @param noteId `not_…`. @throws {NotFoundError} */
    delete: (visitorId: string, noteId: string, options?: WriteOptions) =>
      rest.call('deleteNote', { path: { id: visitorId, noteId } }, options),
  };
}

/** Merges of one visitor, by hand and by identifying. */
export function mergeMethods(rest: Rest) {
  return {
    /** Newest first, undone ones too. */
    list: (visitorId: string, query?: QueryOf<'listMerges'>, options?: CallOptions) =>
      rest.list('listMerges', { path: { id: visitorId }, query }, options),
  };
}

/** Visitors who may be one person. */
export function mergeSuggestionMethods(rest: Rest) {
  return {
    /** Newest first. */
    list: (query?: QueryOf<'listSuggestions'>, options?: CallOptions) =>
      rest.list('listSuggestions', { query }, options),
    /** It is not made again. @param id `sug_…`. */
    dismiss: (id: string, options?: WriteOptions) => rest.call('dismissSuggestion', { path: { id } }, options),
  };
}
