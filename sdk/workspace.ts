/** What belongs to the workspace as a whole: its keys, its vocabulary, and what it could not take in. */
import type { CallOptions, WriteOptions } from './options.ts';
import type { Rest } from './rest.ts';
import type { BodyOf, QueryOf } from './rest-types.ts';

/** Keys; all of it needs the scope `admin`. */
export function keyMethods(rest: Rest) {
  return {
    /** Newest first, revoked ones too, without their text. */
    list: (query?: QueryOf<'listKeys'>, options?: CallOptions) => rest.list('listKeys', { query }, options),
    /**
     * Makes a key. Its text is shown in this answer and never again; when the answer was lost and the call repeated
     * itself, `key` is null: revoke that one and make another.
     */
    create: (key: BodyOf<'createKey'>, options?: WriteOptions) => rest.call('createKey', { body: key }, options),
    /** Makes a new key like it; the old one works on for the overlap. */
    rotate: (id: string, rotation: BodyOf<'rotateKey'> = {}, options?: WriteOptions) =>
      rest.call('rotateKey', { path: { id }, body: rotation }, options),
    /** Ends a key at once. */
    revoke: (id: string, options?: WriteOptions) => rest.call('revokeKey', { path: { id } }, options),
  };
}

/** What the workspace chose; all of it needs the scope `admin`. */
export function settingsMethods(rest: Rest) {
  return {
    get: (options?: CallOptions) => rest.call('getSettings', {}, options),
    /** What is not named stays. @throws {NoIdentitySecretError} */
    update: (settings: BodyOf<'updateSettings'>, options?: WriteOptions) =>
      rest.call('updateSettings', { body: settings }, options),
    /**
     * Makes or replaces the secret of identity verification; those before prove for the overlap. Its text is shown in
     * this answer and never again: when the answer was lost and the call repeated itself, `secret` is null; rotate again.
     */
    rotateIdentitySecret: (rotation: BodyOf<'rotateIdentitySecret'> = {}, options?: WriteOptions) =>
      rest.call('rotateIdentitySecret', { body: rotation }, options),
  };
}

/** How long the workspace keeps each kind of data; all of it needs the scope `admin`. */
export function retentionMethods(rest: Rest) {
  return {
    /** Days by kind; null is for ever. */
    get: (options?: CallOptions) => rest.call('getRetention', {}, options),
    /** What is not named stays. With `dryRun` nothing changes, and `wouldDelete` counts what would go now. */
    update: (retention: BodyOf<'updateRetention'>, options?: WriteOptions) =>
      rest.call('updateRetention', { body: retention }, options),
  };
}

/** Attribute keys, and every type their values had. */
export function attributeKeyMethods(rest: Rest) {
  return {
    /** In alphabetical order. */
    list: (query?: QueryOf<'listAttributeKeys'>, options?: CallOptions) =>
      rest.list('listAttributeKeys', { query }, options),
  };
}

/** Names of tracked events. */
export function eventNameMethods(rest: Rest) {
  return {
    /** In alphabetical order. */
    list: (query?: QueryOf<'listEventNames'>, options?: CallOptions) => rest.list('listEventNames', { query }, options),
  };
}

/** Items that were rejected: code and place, never a value. */
export function ingestionIssueMethods(rest: Rest) {
  return {
    /** Newest first. */
    list: (query?: QueryOf<'listIngestionIssues'>, options?: CallOptions) =>
      rest.list('listIngestionIssues', { query }, options),
  };
}
