/** How one write is asked for through each door. */
import type { IngestOperation } from '../../src/contract/ingest-routes.ts';
import type { RestOperation } from '../../src/contract/rest-routes.ts';
import type { Asking, Field } from './doors.ts';

/** The mutation and the method of the client that do what a route does. GraphQL has no field for a lone update. */
export const DONE_BY = {
  identify: ['identifyVisitor', 'visitors.identify'],
  update: ['ingest', 'visitors.update'],
  track: ['trackEvent', 'events.track'],
  page: ['trackPageView', 'pageViews.track'],
  batch: ['ingest', 'batch'],
  editVisitor: ['updateVisitor', 'visitors.edit'],
  addTag: ['addTag', 'visitors.addTag'],
  removeTag: ['removeTag', 'visitors.removeTag'],
  addNote: ['addNote', 'notes.add'],
  updateNote: ['updateNote', 'notes.update'],
  deleteNote: ['deleteNote', 'notes.delete'],
  mergeVisitors: ['mergeVisitors', 'visitors.merge'],
  undoMerge: ['unmergeVisitors', 'visitors.unmerge'],
  anonymizeVisitor: ['anonymizeVisitor', 'visitors.anonymize'],
  startConversation: ['startConversation', 'conversations.start'],
  sendMessage: ['sendMessage', 'conversations.send'],
  markRead: ['markRead', 'conversations.markRead'],
  updateConversation: ['updateConversation', 'conversations.update'],
  dismissSuggestion: ['dismissMergeSuggestion', 'mergeSuggestions.dismiss'],
  createKey: ['createKey', 'keys.create'],
  rotateKey: ['rotateKey', 'keys.rotate'],
  revokeKey: ['revokeKey', 'keys.revoke'],
  updateSettings: ['updateSettings', 'settings.update'],
  rotateIdentitySecret: ['rotateIdentitySecret', 'settings.rotateIdentitySecret'],
  updateRetention: ['updateRetention', 'retention.update'],
  issueVisitorToken: ['issueVisitorToken', 'visitors.token'],
  deleteVisitor: ['deleteVisitor', 'visitors.delete'],
  setHold: ['setLegalHold', 'visitors.setHold'],
  verifyErasures: ['verifyErasures', 'erasures.verify'],
  unsuppressErasure: ['unsuppressErasure', 'erasures.unsuppress'],
} as const satisfies Partial<Record<RestOperation | IngestOperation, readonly [field: Field, method: string]>>;

/** A route that changes something. */
export type WriteRoute = keyof typeof DONE_BY;

type Variables = Readonly<Record<string, unknown>>;

function write(route: WriteRoute, rest: Asking['rest'], variables: Variables, given: readonly unknown[]): Asking {
  const [field, method] = DONE_BY[route];
  return { route, rest, field, variables, sdk: [method, ...given] };
}

/** When items of the tests are sent, and their id unless they have another. */
export const AT = { messageId: 'now', timestamp: '2026-01-15T12:00:00.000Z' };

const PATHS = {
  identify: '/visitors/identify',
  update: '/visitors/update',
  track: '/events',
  page: '/pageviews',
} as const;

/** A single item. */
export function send(route: keyof typeof PATHS, item: object): Asking {
  const body = { ...AT, ...item };
  const variables = route === 'update' ? { items: [{ type: 'update', ...body }] } : { input: body };
  return write(route, ['POST', PATHS[route], body], variables, [body]);
}

/** Items of any kind. */
export function batch(items: readonly object[]): Asking {
  return write('batch', ['POST', '/batch', { items }], { items }, [items]);
}

/** @param ifMatch an etag. */
export function edit(id: string, input: object, ifMatch?: string): Asking {
  const path = `/visitors/${encodeURIComponent(id)}`;
  const asking = write('editVisitor', ['PUT', path, input], { id, input, ifMatch }, [id, input, { ifMatch }]);
  return ifMatch === undefined ? asking : { ...asking, ifMatch };
}

const ofVisitor = (id: string, ...below: readonly string[]) =>
  ['/visitors', ...[id, ...below].map(encodeURIComponent)].join('/');

/** @param id names a visitor. */
export function addTag(id: string, tag: string): Asking {
  return write('addTag', ['POST', ofVisitor(id, 'tags'), { tag }], { id, tag }, [id, tag]);
}

/** @param id names a visitor. */
export function removeTag(id: string, tag: string): Asking {
  return write('removeTag', ['DELETE', ofVisitor(id, 'tags', tag)], { id, tag }, [id, tag]);
}

/** @param id names a visitor. */
export function addNote(id: string, body: string): Asking {
  return write('addNote', ['POST', ofVisitor(id, 'notes'), { body }], { id, body }, [id, body]);
}

/** @param id names a visitor. @param noteId `not_…`. */
export function updateNote(id: string, noteId: string, body: string): Asking {
  const path = ofVisitor(id, 'notes', noteId);
  return write('updateNote', ['PUT', path, { body }], { id, noteId, body }, [id, noteId, body]);
}

/** @param id names a visitor. @param noteId `not_…`. */
export function deleteNote(id: string, noteId: string): Asking {
  return write('deleteNote', ['DELETE', ofVisitor(id, 'notes', noteId)], { id, noteId }, [id, noteId]);
}

/** @param input names both sides and how. */
export function merge(input: object): Asking {
  return write('mergeVisitors', ['POST', '/visitors/merge', input], { input }, [input]);
}

/** @param mergeId `mrg_…`. */
export function undo(mergeId: string): Asking {
  return write('undoMerge', ['POST', `/visitors/merges/${mergeId}/undo`], { mergeId }, [mergeId]);
}

/** @param id a visitor. */
export function anonymize(id: string, body: object = {}): Asking {
  return write('anonymizeVisitor', ['POST', `/visitors/${encodeURIComponent(id)}/anonymize`, body], { id, ...body }, [
    id,
    body,
  ]);
}

/** @param id `sug_…`. */
export function dismiss(id: string): Asking {
  return write('dismissSuggestion', ['DELETE', `/merge-suggestions/${id}`], { id }, [id]);
}

/** @param input the key to make. */
export function createKey(input: object): Asking {
  return write('createKey', ['POST', '/keys', input], { input }, [input]);
}

/** @param id `key_…`. */
export function rotate(id: string, body: object = {}): Asking {
  return write('rotateKey', ['POST', `/keys/${id}/rotate`, body], { id, ...body }, [id, body]);
}

/** @param id `key_…`. */
export function revoke(id: string): Asking {
  return write('revokeKey', ['DELETE', `/keys/${id}`], { id }, [id]);
}

/** @param input what to change. */
export function updateSettings(input: object): Asking {
  return write('updateSettings', ['PUT', '/settings', input], { input }, [input]);
}

/** @param input what to change. */
export function updateRetention(input: object): Asking {
  return write('updateRetention', ['PUT', '/retention', input], { input }, [input]);
}

/** @param body how long the secrets before it go on. */
export function rotateSecret(body: object = {}): Asking {
  const path = '/settings/identity-secret/rotate';
  return write('rotateIdentitySecret', ['POST', path, body], { ...body }, [body]);
}

/** @param input whom the token is for. */
export function visitorToken(input: object): Asking {
  return write('issueVisitorToken', ['POST', '/visitors/token', input], { input }, [input]);
}

/** @param id any id of the person. @param dryRun only counts. */
export function erase(id: string, dryRun?: boolean): Asking {
  const query = dryRun === undefined ? {} : { dryRun };
  const path = `/visitors/${encodeURIComponent(id)}${dryRun === undefined ? '' : `?dryRun=${dryRun}`}`;
  return write('deleteVisitor', ['DELETE', path], { id, ...query }, [id, query]);
}

/** @param id any id of the person. @param on whether the hold is to stand. */
export function hold(id: string, on: boolean): Asking {
  const path = `/visitors/${encodeURIComponent(id)}/hold`;
  return write('setHold', ['PUT', path, { hold: on }], { id, hold: on }, [id, on]);
}

/** @param receipt one that was kept. */
export function verify(receipt?: object): Asking {
  const body = receipt === undefined ? {} : { receipt };
  return write('verifyErasures', ['POST', '/erasures/verify', body], body, [body]);
}

/** @param id `era_…`. */
export function unsuppress(id: string): Asking {
  return write('unsuppressErasure', ['DELETE', `/erasures/${id}/suppression`], { id }, [id]);
}

/** @param input with whom, and how it begins. */
export function startConversation(input: object): Asking {
  return write('startConversation', ['POST', '/conversations', input], { input }, [input]);
}

/** @param id `cnv_…`. @param input what to write. */
export function sendMessage(id: string, input: object): Asking {
  const rest = ['POST', `/conversations/${id}/messages`, input] as const;
  return write('sendMessage', rest, { conversationId: id, input }, [id, input]);
}

/** @param id `cnv_…`. @param body up to where. */
export function markRead(id: string, body: object = {}): Asking {
  const rest = ['POST', `/conversations/${id}/read`, body] as const;
  return write('markRead', rest, { conversationId: id, ...body }, [id, body]);
}

/** @param id `cnv_…`. @param input what to change. */
export function updateConversation(id: string, input: object): Asking {
  return write('updateConversation', ['PUT', `/conversations/${id}`, input], { id, input }, [id, input]);
}
