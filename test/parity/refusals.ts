/** What every door refuses, and for the same reason. */
import {
  addNote,
  addTag,
  batch,
  createKey,
  deleteNote,
  dismiss,
  edit,
  erase,
  hold,
  markRead,
  merge,
  removeTag,
  revoke,
  rotate,
  send,
  sendMessage,
  startConversation,
  undo,
  unsuppress,
  updateConversation,
  updateNote,
  verify,
} from './askings.ts';
import type { Asking, Field } from './doors.ts';

/** One refusal, and its code. */
export interface Refusal {
  readonly what: string;
  readonly code: string;
  readonly asking: Asking;
  /** GraphQL's types find it, which do not know our sentences: only code and status are compared. */
  readonly byType?: true;
}

const UNKNOWN = 'vis_01hkw9x3v0e7ntcq5r8d2m4z6b';
const DEEP = { a: { b: { c: { d: { e: { f: { g: { h: { i: 1 } } } } } } } } };
const TWO = { sourceVisitorId: 'user:bob', targetVisitorId: 'user:ann' };

function visitor(id: string): Asking {
  return {
    route: 'getVisitor',
    rest: ['GET', `/visitors/${encodeURIComponent(id)}`],
    field: 'visitor',
    variables: { id },
    sdk: ['visitors.get', id],
  };
}

/** @param query as in REST. */
function visitors(query: Readonly<Record<string, string | number>>): Asking {
  const { limit, cursor, ...others } = query;
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  return {
    route: 'listVisitors',
    rest: ['GET', `/visitors?${search}`],
    field: 'visitors',
    variables: { ...others, first: limit, after: cursor },
    sdk: ['visitors.list', query],
  };
}

function listed(route: Asking['route'], path: string, field: Field, sdk: string, cursor: string): Asking {
  return {
    route,
    rest: ['GET', `${path}?cursor=${cursor}`],
    field,
    variables: { after: cursor },
    sdk: [sdk, { cursor }],
  };
}

const NO_CONVERSATION = 'cnv_01hkw9x3v0e7ntcq5r8d2m4z6b';
const written = (body: string, more: object = {}) =>
  startConversation({ visitorId: 'user:ann', message: { body }, ...more });
const pictured = (body: string) => startConversation({ visitorId: 'user:ann', message: { body, type: 'image' } });

const row = (what: string, code: string, asking: Asking): Refusal => ({ what, code, asking });
const track = (item: object) => send('track', { userId: 'ann', name: 'x', ...item });
/** Base64url of a text that is no position in any list. */
const FORGED = Buffer.from('["x"]\0').toString('base64url');

/** All of them. */
export const REFUSALS: readonly Refusal[] = [
  row('an unknown visitor', 'not_found', visitor(UNKNOWN)),
  row('no id at all', 'not_found', visitor('nonsense')),
  row('an id with NUL', 'not_found', visitor('user:a\0')),
  row('nobody of this userId', 'not_found', visitor('user:nobody')),
  row('a page of 0', 'invalid', visitors({ limit: 0 })),
  row('a page of 101', 'invalid', visitors({ limit: 101 })),
  row('a forged cursor', 'invalid', visitors({ cursor: FORGED })),
  row('a cursor of another order', 'invalid', visitors({ cursor: Buffer.from('["a",1]').toString('base64url') })),
  row('a search that is too long', 'invalid', visitors({ search: 'a'.repeat(321) })),
  row('an empty userId', 'invalid', visitors({ userId: '' })),
  { ...row('an unknown order', 'invalid', visitors({ sort: 'shoes' })), byType: true },
  row('a forged cursor of keys', 'invalid', listed('listKeys', '/keys', 'keys', 'keys.list', FORGED)),
  row(
    'a forged cursor of attribute keys',
    'invalid',
    listed('listAttributeKeys', '/attribute-keys', 'attributeKeys', 'attributeKeys.list', FORGED),
  ),
  row(
    'a forged cursor of suggestions',
    'invalid',
    listed('listSuggestions', '/merge-suggestions', 'mergeSuggestions', 'mergeSuggestions.list', FORGED),
  ),
  row(
    'a forged cursor of issues',
    'invalid',
    listed('listIngestionIssues', '/ingestion-issues', 'ingestionIssues', 'ingestionIssues.list', FORGED),
  ),
  row(
    'a forged cursor of event names',
    'invalid',
    listed('listEventNames', '/event-names', 'eventNames', 'eventNames.list', Buffer.from('a\0').toString('base64url')),
  ),
  row('an edit of nobody', 'not_found', edit('user:nobody', { name: 'x' })),
  row('an edit of what is no longer so', 'precondition_failed', edit('user:ann', { name: 'x' }, '"old"')),
  row('a name that is too long', 'name_too_long', edit('user:ann', { name: 'a'.repeat(256) })),
  row('an email that is too long', 'value_too_long', edit('user:ann', { email: `${'a'.repeat(320)}@x` })),
  row('a picture that is no address', 'bad_url', edit('user:ann', { avatarUrl: 'javascript:alert(1)' })),
  row(
    'too many attributes',
    'too_many_attributes',
    edit('user:ann', { attributes: Object.fromEntries(Array.from({ length: 256 }, (_, i) => [`k${i}`, 1])) }),
  ),
  row('attributes that are too deep', 'too_deep', edit('user:ann', { attributes: DEEP })),
  row('a company that is a number', 'invalid', edit('user:ann', { company: 5 })),
  row('a key that is too long', 'key_too_long', edit('user:ann', { attributes: { ['k'.repeat(101)]: 1 } })),
  { ...row('a name that is a number', 'invalid', edit('user:ann', { name: 5 })), byType: true },
  { ...row('a field that is not there', 'invalid', edit('user:ann', { shoes: 'x' })), byType: true },
  row('a tag of nobody', 'not_found', addTag('user:nobody', 'vip')),
  row('a blank tag', 'missing_field', addTag('user:ann', ' \t\0 ')),
  row('a tag that is too long', 'value_too_long', addTag('user:ann', 't'.repeat(65))),
  row('a tag that no path can name', 'invalid', addTag('user:ann', '..')),
  { ...row('a tag that is a number', 'invalid', addTag('user:ann', 5 as never)), byType: true },
  row('a tag they do not have', 'not_found', removeTag('user:ann', 'absent')),
  row('a tag with NUL to take away', 'not_found', removeTag('user:ann', 'vip\0')),
  row('a note about nobody', 'not_found', addNote('user:nobody', 'x')),
  row('a blank note', 'missing_field', addNote('user:ann', '\n')),
  row('a note that is too long', 'value_too_long', addNote('user:ann', 'é'.repeat(16_385))),
  row('an unknown note', 'not_found', updateNote('user:ann', 'not_01hkw9x3v0e7ntcq5r8d2m4z6b', 'x')),
  row('what is no id of a note', 'not_found', deleteNote('user:ann', 'not_x')),
  row('an illegal userId', 'illegal_id', track({ userId: 'undefined' })),
  row('nobody', 'no_one', send('track', { name: 'x' })),
  row('an event without a name', 'missing_field', track({ name: '' })),
  row('an event with too long a name', 'name_too_long', track({ name: 'n'.repeat(201) })),
  row('an event of the last century', 'bad_timestamp', track({ timestamp: '1999-12-31' })),
  row('a time that is none', 'bad_timestamp', track({ timestamp: 'yesterday' })),
  row('properties that are too deep', 'too_deep', track({ properties: DEEP })),
  row(
    'an item that is too large',
    'item_too_large',
    track({ properties: Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`k${i}`, 'x'.repeat(8000)])) }),
  ),
  row('an unknown visitorId', 'unknown_visitor', send('track', { visitorId: UNKNOWN, name: 'x' })),
  row('a page of another scheme', 'bad_url', send('page', { userId: 'ann', url: 'ftp://x' })),
  row('a userId that is too long', 'id_too_long', send('identify', { userId: 'u'.repeat(256) })),
  row(
    'too many items',
    'too_many_items',
    batch(Array.from({ length: 501 }, () => ({ type: 'track', userId: 'ann', name: 'x' }))),
  ),
  row('a merge of one with itself', 'self_merge', merge({ sourceVisitorId: 'user:ann', targetVisitorId: 'user:ann' })),
  row('a merge of two identified people', 'identified_conflict', merge(TWO)),
  row('a merge of one person', 'already_merged', merge({ sourceVisitorId: 'anon:x1', targetVisitorId: 'user:ann' })),
  row('a stale plan', 'stale_plan', merge({ ...TWO, allowIdentified: true, planHash: 'x' })),
  row('a merge with nobody', 'not_found', merge({ ...TWO, targetVisitorId: 'user:nobody' })),
  row('an override that is too long', 'name_too_long', merge({ ...TWO, overrides: { name: 'a'.repeat(256) } })),
  { ...row('a dry run that is a text', 'invalid', merge({ ...TWO, dryRun: 'yes' })), byType: true },
  row('an unknown merge', 'not_found', undo('mrg_01hkw9x3v0e7ntcq5r8d2m4z6b')),
  row('what is no id of a merge', 'not_found', undo('mrg_x')),
  row('a blank message', 'missing_field', written(' \n ')),
  row('a message that is too long', 'value_too_long', written('é'.repeat(16_385))),
  row('a subject that is too long', 'value_too_long', written('x', { subject: 's'.repeat(256) })),
  row('an agent with too long a name', 'name_too_long', written('x', { author: { name: 'n'.repeat(256) } })),
  row('a name for the visitor', 'unknown_field', written('x', { author: { kind: 'visitor', name: 'Eve' } })),
  row('an image that is no address', 'bad_url', pictured('data:image/png;base64,AAAA')),
  row(
    'an event of the visitor',
    'wrong_type',
    startConversation({
      visitorId: 'user:ann',
      message: { body: 'x', type: 'event' },
      author: { kind: 'visitor' },
    }),
  ),
  row('a conversation with nobody', 'invalid', startConversation({ message: { body: 'x' } })),
  row(
    'a conversation with nobody known',
    'not_found',
    startConversation({ visitorId: 'anon:?', message: { body: 'x' } }),
  ),
  row(
    'a conversation by a forged token',
    'visitor_token_invalid',
    startConversation({ token: 'a.b.c', message: { body: 'x' } }),
  ),
  row('a message into no conversation', 'not_found', sendMessage(NO_CONVERSATION, { body: 'x' })),
  row('what is no id of a conversation', 'not_found', sendMessage('cnv_x', { body: 'x' })),
  row('nothing to read', 'not_found', markRead(NO_CONVERSATION)),
  row('no conversation to close', 'not_found', updateConversation(NO_CONVERSATION, { status: 'closed' })),
  row(
    'a forged cursor of conversations',
    'invalid',
    listed('listConversations', '/conversations', 'conversations', 'conversations.list', FORGED),
  ),
  { ...row('an unknown status', 'invalid', updateConversation(NO_CONVERSATION, { status: 'lost' })), byType: true },
  row('an unknown suggestion', 'not_found', dismiss('sug_x')),
  row('a secret key without scopes', 'invalid', createKey({ kind: 'secret', name: 'x', scopes: [] })),
  row('a key with an unknown scope', 'invalid', createKey({ kind: 'secret', name: 'x', scopes: ['everything'] })),
  row('a publishable key with scopes', 'invalid', createKey({ kind: 'publishable', name: 'x', scopes: ['admin'] })),
  row('an origin that is none', 'invalid', createKey({ kind: 'publishable', name: 'x', origins: ['example.com'] })),
  { ...row('a kind of key that there is not', 'invalid', createKey({ kind: 'golden', name: 'x' })), byType: true },
  row('the end of nobody', 'not_found', erase('user:nobody')),
  row('the end of somebody who is gone', 'not_found', erase('user:gone')),
  row('a count of nobody', 'not_found', erase('anon:x0', true)),
  row('a hold on nobody', 'not_found', hold('user:nobody', true)),
  row('the return of nobody', 'not_found', unsuppress('era_x')),
  row('a receipt that is none', 'invalid', verify({ id: 'era_x' })),
  row('an unknown key to end', 'not_found', revoke('key_x')),
  row('an unknown key to replace', 'not_found', rotate('key_x')),
  row('an overlap that is too long', 'invalid', rotate('key_x', { overlapSeconds: 2_592_001 })),
];
