/** GraphQL and REST are two doors to the same rooms: every route has an operation, the same answers, the same codes. */
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { type IngestOperation, ingestRoutes } from '../../src/contract/ingest-routes.ts';
import { type RestOperation, restRoutes } from '../../src/contract/rest-routes.ts';
import { openServer, publishableKey, type TestServer } from '../support/http.ts';
import type { TestWorkspace } from '../support/world.ts';
import { ask, asker } from './asking.ts';

/** Each route and the field that does the same; `Type.field`. A route without one says why instead. */
const OPERATIONS: Readonly<Record<RestOperation | IngestOperation, string | { readonly reason: string }>> = {
  identify: 'Mutation.identifyVisitor',
  update: 'Mutation.ingest',
  track: 'Mutation.trackEvent',
  page: 'Mutation.trackPageView',
  batch: 'Mutation.ingest',
  listVisitors: 'Query.visitors',
  getVisitor: 'Query.visitor',
  editVisitor: 'Mutation.updateVisitor',
  listSessions: 'Visitor.sessions',
  listEvents: 'Visitor.activity',
  listMerges: 'Visitor.merges',
  mergeVisitors: 'Mutation.mergeVisitors',
  undoMerge: 'Mutation.unmergeVisitors',
  listSuggestions: 'Query.mergeSuggestions',
  dismissSuggestion: 'Mutation.dismissMergeSuggestion',
  listAttributeKeys: 'Query.attributeKeys',
  listEventNames: 'Query.eventNames',
  listIngestionIssues: 'Query.ingestionIssues',
  listKeys: 'Query.keys',
  createKey: 'Mutation.createKey',
  rotateKey: 'Mutation.rotateKey',
  revokeKey: 'Mutation.revokeKey',
  getSettings: 'Query.settings',
  updateSettings: 'Mutation.updateSettings',
  rotateIdentitySecret: 'Mutation.rotateIdentitySecret',
  issueVisitorToken: 'Mutation.issueVisitorToken',
};

let server: TestServer;
let workspace: TestWorkspace;
let key: string;

beforeAll(async () => {
  server = await openServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  workspace = await server.world.workspace();
  key = workspace.keys.secretKey ?? '';
});

describe('every REST route', () => {
  it('has a row in this table', () => {
    const routes = [...Object.keys(restRoutes), ...Object.keys(ingestRoutes)];
    expect(Object.keys(OPERATIONS).sort()).toEqual(routes.sort());
  });

  it.each(Object.entries(OPERATIONS))('%s can be asked in GraphQL, or there is a reason', (_route, operation) => {
    if (typeof operation !== 'string') return expect(operation.reason).toMatch(/\w+ \w+/);
    const [typeName = '', field = ''] = operation.split('.');
    const type = schema.getType(typeName);
    expect(type && 'getFields' in type && Object.keys(type.getFields())).toContain(field);
  });
});

describe('a visitor', () => {
  it('is the same in both', async () => {
    const items = [
      {
        type: 'identify',
        userId: 'ann',
        anonymousId: 'b-1',
        traits: { name: 'Ann', email: 'a@example.com', plan: 'x', company: 'Acme' },
      },
      { type: 'session', action: 'start', sessionId: 's', anonymousId: 'b-1' },
      { type: 'page', anonymousId: 'b-1', sessionId: 's', url: 'https://example.com/a?utm_source=mail', title: 'A' },
      { type: 'track', userId: 'ann', name: 'bought', properties: { amount: 1 } },
    ];
    await server.call(key, 'POST', '/batch', { items });
    const rest = async (path: string) => (await server.call(key, 'GET', `/visitors/user:ann${path}`)).body.data;
    const { visitor } = await asker(
      server,
      key,
    )(`{ visitor(id: "user:ann") {
      id userId name email phone avatarUrl attributes location { city country timezone } browser { name version }
      os { name version } device firstSeenAt lastSeenAt conversationCount sessionCount known identified verified
      displayName createdAt firstContactAt lastMessageAt messageCount eventCount tags repeat
      company { id externalId name } online currentPage currentSession { id startedAt duration } mergedFrom
      sessions { nodes { id startedAt endedAt duration pagesViewed pages { url title viewedAt timeOnPage href } referrer utm landingPage } }
      events { nodes { id name properties timestamp receivedAt sessionId source } }
      merges { nodes { id kind sourceVisitorId targetVisitorId planHash createdAt by { keyId name } undoneAt undoneBy { name } } }
    } }`);
    const { sessions, events, merges, ...profile } = visitor;
    expect(profile).toEqual(await rest(''));
    expect(sessions.nodes).toEqual(await rest('/sessions'));
    expect(events.nodes).toEqual(await rest('/events'));
    expect(merges.nodes).toEqual(await rest('/merges'));
  });
});

/** The same bad input for both doors. */
interface Case {
  readonly what: string;
  readonly rest: readonly [InjectOptions['method'], string, unknown?];
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

const EDIT =
  'mutation ($id: ID!, $input: VisitorEditInput!) { updateVisitor(id: $id, input: $input) { visitor { id } } }';
const TRACK = 'mutation ($input: TrackEventInput!) { trackEvent(input: $input) { status } }';
const PAGE = 'mutation ($input: TrackPageViewInput!) { trackPageView(input: $input) { status } }';
const IDENTIFY = 'mutation ($input: IdentifyVisitorInput!) { identifyVisitor(input: $input) { status } }';
const MERGE = 'mutation ($input: MergeVisitorsInput!) { mergeVisitors(input: $input) { visitor { id } } }';
const KEY = 'mutation ($input: CreateKeyInput!) { createKey(input: $input) { text } }';
const UNKNOWN = 'vis_01hkw9x3v0e7ntcq5r8d2m4z6b';

const edit = (what: string, input: object): Case => ({
  what,
  rest: ['PUT', '/visitors/user:ann', input],
  query: EDIT,
  variables: { id: 'user:ann', input },
});
const send = (what: string, path: string, query: string, input: object): Case => ({
  what,
  rest: ['POST', path, input],
  query,
  variables: { input },
});
const read = (what: string, path: string, query: string): Case => ({ what, rest: ['GET', path], query });

const CASES: readonly Case[] = [
  read('an unknown visitor', `/visitors/${UNKNOWN}`, `{ visitor(id: "${UNKNOWN}") { id } }`),
  read('no id at all', '/visitors/nonsense', '{ visitor(id: "nonsense") { id } }'),
  read('an id with NUL', '/visitors/user:a%00', '{ visitor(id: "user:a\\u0000") { id } }'),
  read('a page of 0', '/visitors?limit=0', '{ visitors(first: 0) { totalCount } }'),
  read('a page of 101', '/visitors?limit=101', '{ visitors(first: 101) { totalCount } }'),
  read('a forged cursor', '/visitors?cursor=abc', '{ visitors(after: "abc") { totalCount nodes { id } } }'),
  read('a cursor of another list', `/keys?cursor=WyJ4Il0`, '{ keys(after: "WyJ4Il0") { nodes { id } } }'),
  read(
    'a search that is too long',
    `/visitors?search=${'a'.repeat(321)}`,
    `{ visitors(search: "${'a'.repeat(321)}") { totalCount } }`,
  ),
  edit('a name that is too long', { name: 'a'.repeat(256) }),
  edit('an email that is too long', { email: `${'a'.repeat(320)}@x` }),
  edit('a picture that is no address', { avatarUrl: 'javascript:alert(1)' }),
  edit('too many attributes', { attributes: Object.fromEntries(Array.from({ length: 256 }, (_, i) => [`k${i}`, 1])) }),
  edit('attributes that are too deep', {
    attributes: { a: { b: { c: { d: { e: { f: { g: { h: { i: 1 } } } } } } } } },
  }),
  edit('a company that is a number', { company: 5 }),
  edit('a key of attributes that is too long', { attributes: { ['k'.repeat(101)]: 1 } }),
  {
    ...edit('an edit of nobody', { name: 'x' }),
    rest: ['PUT', '/visitors/user:nobody', { name: 'x' }],
    variables: { id: 'user:nobody', input: { name: 'x' } },
  },
  send('an illegal userId', '/events', TRACK, { userId: 'undefined', name: 'x' }),
  send('nobody', '/events', TRACK, { name: 'x' }),
  send('an event without a name', '/events', TRACK, { userId: 'ann', name: '' }),
  send('an event with too long a name', '/events', TRACK, { userId: 'ann', name: 'n'.repeat(201) }),
  send('an event of the last century', '/events', TRACK, { userId: 'ann', name: 'x', timestamp: '1999-12-31' }),
  send('a time that is none', '/events', TRACK, { userId: 'ann', name: 'x', timestamp: 'yesterday' }),
  send('properties that are too deep', '/events', TRACK, {
    userId: 'ann',
    name: 'x',
    properties: { a: { b: { c: { d: { e: { f: { g: { h: { i: 1 } } } } } } } } },
  }),
  send('an item that is too large', '/events', TRACK, {
    userId: 'ann',
    name: 'x',
    properties: Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`k${i}`, 'x'.repeat(8000)])),
  }),
  send('an unknown visitorId', '/events', TRACK, { visitorId: UNKNOWN, name: 'x' }),
  send('a page of another scheme', '/pageviews', PAGE, { userId: 'ann', url: 'ftp://x' }),
  send('a userId that is too long', '/visitors/identify', IDENTIFY, { userId: 'u'.repeat(256) }),
  send('a merge of one with itself', '/visitors/merge', MERGE, {
    sourceVisitorId: 'user:ann',
    targetVisitorId: 'user:ann',
  }),
  send('a merge of two identified people', '/visitors/merge', MERGE, {
    sourceVisitorId: 'user:ann',
    targetVisitorId: 'user:bob',
  }),
  send('a merge of one person', '/visitors/merge', MERGE, {
    sourceVisitorId: 'anon:browser',
    targetVisitorId: 'user:ann',
  }),
  send('a stale plan', '/visitors/merge', MERGE, {
    sourceVisitorId: 'user:ann',
    targetVisitorId: 'user:bob',
    allowIdentified: true,
    planHash: 'x',
  }),
  send('a merge with nobody', '/visitors/merge', MERGE, {
    sourceVisitorId: 'user:ann',
    targetVisitorId: 'user:nobody',
  }),
  {
    what: 'an unknown merge',
    rest: ['POST', '/visitors/merges/mrg_x/undo'],
    query: 'mutation { unmergeVisitors(mergeId: "mrg_x") { merge { id } } }',
  },
  {
    what: 'an unknown suggestion',
    rest: ['DELETE', '/merge-suggestions/sug_x'],
    query: 'mutation { dismissMergeSuggestion(id: "sug_x") }',
  },
  { what: 'an unknown key', rest: ['DELETE', '/keys/key_x'], query: 'mutation { revokeKey(id: "key_x") }' },
  send('a secret key without scopes', '/keys', KEY, { kind: 'secret', name: 'x', scopes: [] }),
  send('a key with an unknown scope', '/keys', KEY, { kind: 'secret', name: 'x', scopes: ['everything'] }),
  send('a publishable key with scopes', '/keys', KEY, { kind: 'publishable', name: 'x', scopes: ['admin'] }),
  send('an origin that is none', '/keys', KEY, { kind: 'publishable', name: 'x', origins: ['example.com'] }),
];

describe('a bad input', () => {
  it.each(CASES)('is refused for the same reason by both: $what', async ({ rest, query, variables }) => {
    const people = [
      { type: 'identify', userId: 'ann', anonymousId: 'browser' },
      { type: 'identify', userId: 'bob' },
    ];
    await server.call(key, 'POST', '/batch', { items: people });
    const [method, path, body] = rest;
    const { body: problem } = await server.call(key, method, path, body);
    const { errors } = await ask(server, { key, query, ...(variables && { variables }) });
    expect(errors.map(({ extensions, message }) => [extensions.code, message])).toEqual([
      [problem.code, expect.any(String)],
    ]);
    const faults = errors[0]?.extensions.errors as { detail: string }[];
    expect(faults.map(({ detail }) => detail)).toEqual(problem.errors.map(({ detail }: { detail: string }) => detail));
    expect(errors[0]?.extensions.requestId).toMatch(/^req_/);
    const { limit } = problem;
    expect(errors[0]?.extensions.limit).toBe(limit);
  });

  it('of a batch is refused for the same reason: too many items', async () => {
    const items = Array.from({ length: 501 }, () => ({ type: 'track', userId: 'ann', name: 'x' }));
    const { body } = await server.call(key, 'POST', '/batch', { items });
    const query = 'mutation ($items: [JSON!]!) { ingest(items: $items) { status } }';
    const { errors } = await ask(server, { key, query, variables: { items } });
    expect(errors[0]?.extensions).toMatchObject({ code: body.code, limit: body.limit, errors: body.errors });
  });
});

/** One operation of each scope. */
const SCOPED: readonly [string, InjectOptions['method'], string, string][] = [
  ['visitors:read', 'GET', '/visitors', '{ visitors { nodes { id } } }'],
  [
    'visitors:write',
    'POST',
    '/visitors/merges/mrg_x/undo',
    'mutation { unmergeVisitors(mergeId: "mrg_x") { merge { id } } }',
  ],
  ['events:read', 'GET', '/event-names', '{ eventNames { nodes { name } } }'],
  ['admin', 'GET', '/keys', '{ keys { nodes { id } } }'],
];

describe('a key', () => {
  it.each(SCOPED)('without %s is refused by both', async (_scope, method, path, query) => {
    const weak = await publishableKey(server.world, workspace);
    const { body } = await server.call(weak, method, path);
    const { errors } = await ask(server, { key: weak, query });
    expect([errors[0]?.extensions.code, errors[0]?.message]).toEqual([body.code, body.detail]);
  });

  it.each([
    ['none', undefined],
    ['one that never was', 'sk_nonsense_0123456789'],
  ])('that is %s is refused by both, with the same status', async (_what, wrong) => {
    const { status, body } = await server.call(wrong, 'GET', '/visitors');
    const answer = await ask(server, { key: wrong, query: '{ visitors { nodes { id } } }' });
    expect([answer.status, answer.errors[0]?.extensions.code]).toEqual([status, body.code]);
  });
});
