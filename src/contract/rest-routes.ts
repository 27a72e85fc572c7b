/** The REST routes for agents and servers, one row each. The handlers have the same names. */
import type { z } from 'zod';
import { MAX_ISSUES } from '../limits.ts';
import { anonymizeRoutes } from './anonymize-routes.ts';
import { conversationRoutes } from './conversation-routes.ts';
import { event, eventQuery } from './event.ts';
import { EVENTS, KEY, SESSIONS, VISITOR } from './examples.ts';
import { exportRoutes } from './export-routes.ts';
import { ingestionIssue } from './ingestion-issue.ts';
import { key, keyBody, newKey, rotateBody } from './key.ts';
import { merge, mergeBody, mergeReply, undoReply } from './merge.ts';
import { pageQuery } from './page.ts';
import { privacyRoutes } from './privacy-routes.ts';
import { attributeKey, eventName } from './registry.ts';
import { retentionRoutes } from './retention-routes.ts';
import type { RestRoute } from './route.ts';
import { session } from './session.ts';
import { newIdentitySecret, rotateIdentitySecretBody, settings, settingsBody } from './settings.ts';
import { suggestion } from './suggestion.ts';
import { tagNoteRoutes } from './tag-note-routes.ts';
import { visitor, visitorEdit, visitorQuery } from './visitor.ts';

/** By operation id. */
export const restRoutes = {
  listVisitors: {
    method: 'GET',
    path: '/visitors',
    tag: 'Visitors',
    summary: 'List and search visitors',
    description: 'Searching is by part of name or email. A parameter that is not listed here is refused.',
    scope: 'visitors:read',
    query: visitorQuery,
    answer: { status: 200, data: visitor, list: true },
    refusals: [],
    example: { answer: [VISITOR] },
  },
  getVisitor: {
    method: 'GET',
    path: '/visitors/{id}',
    tag: 'Visitors',
    summary: 'Read one visitor',
    description: 'An id that was merged away leads to whom it was merged into, and says so.',
    scope: 'visitors:read',
    etag: true,
    answer: { status: 200, data: visitor, redirects: true },
    refusals: [404],
    example: { answer: VISITOR },
  },
  editVisitor: {
    method: 'PUT',
    path: '/visitors/{id}',
    tag: 'Visitors',
    summary: 'Edit a visitor',
    description: 'What is not named stays, attribute by attribute; null removes.',
    scope: 'visitors:write',
    body: visitorEdit,
    etag: true,
    answer: { status: 200, data: visitor, redirects: true },
    refusals: [400, 404, 412, 413],
    example: { body: { attributes: { plan: 'enterprise', accountManager: 'Jane Smith' } } },
  },
  listSessions: {
    method: 'GET',
    path: '/visitors/{id}/sessions',
    tag: 'Visitors',
    summary: "List a visitor's sessions",
    description: 'Newest first.',
    scope: 'events:read',
    query: pageQuery,
    answer: { status: 200, data: session, list: true, redirects: true },
    refusals: [404],
    example: { answer: SESSIONS },
  },
  listEvents: {
    method: 'GET',
    path: '/visitors/{id}/events',
    tag: 'Visitors',
    summary: "List a visitor's events",
    description: 'Newest first. Tracked events, unless `type` asks for page views.',
    scope: 'events:read',
    query: eventQuery,
    answer: { status: 200, data: event, list: true, redirects: true },
    refusals: [404],
    example: { answer: EVENTS },
  },
  ...tagNoteRoutes,
  listMerges: {
    method: 'GET',
    path: '/visitors/{id}/merges',
    tag: 'Merging',
    summary: "List a visitor's merges",
    description: 'Newest first; in force and undone, by hand and by identifying.',
    scope: 'visitors:read',
    query: pageQuery,
    answer: { status: 200, data: merge, list: true, redirects: true },
    refusals: [404],
  },
  mergeVisitors: {
    method: 'POST',
    path: '/visitors/merge',
    tag: 'Merging',
    summary: 'Merge one visitor into another',
    description:
      "The target's values win, missing ones are adopted from the source. With `dryRun` nothing changes and the answer's `planHash` can be sent with the merge itself, which is then refused if the people changed in between.",
    scope: 'visitors:write',
    body: mergeBody,
    answer: { status: 200, data: mergeReply },
    refusals: [400, 404, 409, 413],
    example: { body: { sourceVisitorId: 'anon:anonymous-visitor', targetVisitorId: 'user:identified-user' } },
  },
  undoMerge: {
    method: 'POST',
    path: '/visitors/merges/{id}/undo',
    tag: 'Merging',
    summary: 'Take a merge back',
    description: 'In any order. Edits made since are reported, and stay with the visitor they were made on.',
    scope: 'visitors:write',
    answer: { status: 200, data: undoReply },
    refusals: [404, 409],
  },
  ...anonymizeRoutes,
  ...conversationRoutes,
  listSuggestions: {
    method: 'GET',
    path: '/merge-suggestions',
    tag: 'Merging',
    summary: 'List visitors who may be one person',
    scope: 'visitors:read',
    query: pageQuery,
    answer: { status: 200, data: suggestion, list: true },
    refusals: [],
  },
  dismissSuggestion: {
    method: 'DELETE',
    path: '/merge-suggestions/{id}',
    tag: 'Merging',
    summary: 'Dismiss a suggestion',
    description: 'It is not made again.',
    scope: 'visitors:write',
    answer: { status: 204 },
    refusals: [404],
  },
  ...privacyRoutes,
  listAttributeKeys: {
    method: 'GET',
    path: '/attribute-keys',
    tag: 'Workspace',
    summary: 'List attribute keys and the types they had',
    scope: 'visitors:read',
    query: pageQuery,
    answer: { status: 200, data: attributeKey, list: true },
    refusals: [],
  },
  listEventNames: {
    method: 'GET',
    path: '/event-names',
    tag: 'Workspace',
    summary: 'List names of events',
    scope: 'events:read',
    query: pageQuery,
    answer: { status: 200, data: eventName, list: true },
    refusals: [],
  },
  listIngestionIssues: {
    method: 'GET',
    path: '/ingestion-issues',
    tag: 'Workspace',
    summary: 'List rejected items',
    description: `Newest first: code, place and keyed hashes, never a value. About ${MAX_ISSUES} are kept.`,
    scope: 'admin',
    query: pageQuery,
    answer: { status: 200, data: ingestionIssue, list: true },
    refusals: [],
  },
  listKeys: {
    method: 'GET',
    path: '/keys',
    tag: 'Workspace',
    summary: 'List keys',
    description: 'Newest first, revoked ones too. A key itself is shown only when it is made.',
    scope: 'admin',
    query: pageQuery,
    answer: { status: 200, data: key, list: true },
    refusals: [],
    example: { answer: [KEY] },
  },
  createKey: {
    method: 'POST',
    path: '/keys',
    tag: 'Workspace',
    summary: 'Make a key',
    scope: 'admin',
    body: keyBody,
    answer: { status: 201, data: newKey, shownOnce: 'key' },
    refusals: [400, 413],
    example: { body: { kind: 'publishable', name: 'Website', origins: ['https://www.example.com'] } },
  },
  rotateKey: {
    method: 'POST',
    path: '/keys/{id}/rotate',
    tag: 'Workspace',
    summary: 'Replace a key',
    description: 'Makes a new key like it; the old one works on for the overlap.',
    scope: 'admin',
    body: rotateBody,
    answer: { status: 201, data: newKey, shownOnce: 'key' },
    refusals: [400, 404, 409, 413],
    example: { body: { overlapSeconds: 3600 } },
  },
  revokeKey: {
    method: 'DELETE',
    path: '/keys/{id}',
    tag: 'Workspace',
    summary: 'End a key at once',
    scope: 'admin',
    answer: { status: 204 },
    refusals: [404],
  },
  getSettings: {
    method: 'GET',
    path: '/settings',
    tag: 'Workspace',
    summary: 'Read the settings',
    scope: 'admin',
    answer: { status: 200, data: settings },
    refusals: [],
  },
  updateSettings: {
    method: 'PUT',
    path: '/settings',
    tag: 'Workspace',
    summary: 'Change settings',
    description: 'What is not named stays. Within a few seconds every process goes by it.',
    scope: 'admin',
    body: settingsBody,
    answer: { status: 200, data: settings },
    refusals: [400, 409, 413],
    example: { body: { identityVerification: 'warn' } },
  },
  rotateIdentitySecret: {
    method: 'POST',
    path: '/settings/identity-secret/rotate',
    tag: 'Workspace',
    summary: 'Make or replace the secret of identity verification',
    description: 'What was proven with the secrets before stays valid for the overlap. The secret is shown once.',
    scope: 'admin',
    body: rotateIdentitySecretBody,
    answer: { status: 201, data: newIdentitySecret, shownOnce: 'secret' },
    refusals: [400, 413],
    example: { body: { overlapSeconds: 3600 } },
  },
  ...exportRoutes,
  ...retentionRoutes,
} as const satisfies Record<string, RestRoute>;

export type RestOperation = keyof typeof restRoutes;

/** What a handler is given of a request, parsed. */
export interface RestInput<Route extends RestRoute> {
  /** The `{id}` of the path, decoded; empty when there is none. */
  readonly id: string;
  /** The parameter behind `{id}`, decoded: a tag or a note's id. Empty when there is none. */
  readonly part: string;
  readonly query: Route extends { query: infer Query extends z.ZodType } ? z.output<Query> : undefined;
  readonly body: Route extends { body: infer Body extends z.ZodType } ? z.output<Body> : undefined;
  readonly ifMatch: string | undefined;
}
