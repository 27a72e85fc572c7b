/** Every read, as one row for all doors: which route, which field, which method, with which parameters. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RestOperation } from '../../src/contract/rest-routes.ts';
import { VISITOR_SORT_KEYS } from '../../src/contract/visitor.ts';
import { packageRoot } from '../../src/infra/package-root.ts';
import type { Asking, Field } from './doors.ts';

/** Ids of a workspace that only an answer tells. */
export interface Known {
  /** Ann's id before she was merged into who she is. */
  readonly mergedAway: string;
  readonly companyId: string;
  /** Of somebody who was deleted. */
  readonly erasureId: string;
  /** Of one with messages of both sides. */
  readonly conversationId: string;
}

/** Where in a list. */
export interface Stretch {
  readonly limit: number;
  readonly cursor?: string;
}

/** One read. */
export interface Read {
  readonly what: string;
  readonly route: RestOperation;
  /** A field of the schema; `Type.field`. */
  readonly field: string;
  readonly sdk: string;
  /** Parameters of the query that this row tries. */
  readonly tries: readonly string[];
  /** Lists are walked; what is no list is asked once. */
  readonly isList: boolean;
  ask(known: Known, stretch: Stretch): Asking;
}

type Parameters = Readonly<Record<string, string | boolean>>;

/** A list of the workspace: the parameters have the same names everywhere. */
function list(route: RestOperation, field: Field, sdk: string, given: (known: Known) => Parameters = () => ({})): Read {
  const sample = given({ mergedAway: '', companyId: '…', erasureId: '', conversationId: '' });
  const said = Object.entries(sample).map(([name, value]) => `${name}=${value}`);
  return {
    what: [route, ...said].join(' '),
    route,
    field: `Query.${field}`,
    sdk,
    tries: Object.keys(sample),
    isList: true,
    ask(known, { limit, cursor }) {
      const parameters = given(known);
      const query = { ...parameters, limit, ...(cursor !== undefined && { cursor }) };
      const { sort, ...others } = parameters;
      return {
        route,
        rest: ['GET', `${PATHS[route]}?${search(query)}`],
        field,
        variables: {
          ...others,
          ...(sort !== undefined && { sort: sortOf(String(sort)) }),
          first: limit,
          after: cursor,
        },
        sdk: [sdk, query],
      };
    },
  };
}

const PATHS: Partial<Readonly<Record<RestOperation, string>>> = {
  listVisitors: '/visitors',
  listSuggestions: '/merge-suggestions',
  listAttributeKeys: '/attribute-keys',
  listEventNames: '/event-names',
  listIngestionIssues: '/ingestion-issues',
  listKeys: '/keys',
  listConversations: '/conversations',
};

/** `-name` is no name in GraphQL. */
function sortOf(sort: string): string {
  return sort.startsWith('-') ? `${sort.slice(1)}Desc` : sort;
}

function search(query: object): string {
  return new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString();
}

/** A list of one visitor's. @param ref how the visitor is named; null: by the id that was merged away. */
function ofVisitor(row: {
  route: RestOperation;
  field: string;
  sdk: string;
  nodes: string;
  ref: string | null;
  given?: Parameters;
  below?: string;
}): Read {
  const { route, field, sdk, nodes, ref, given = {}, below = route.slice('list'.length).toLowerCase() } = row;
  return {
    what: [route, field, ref ?? 'an id merged away'].join(' '),
    route,
    field: `Visitor.${field}`,
    sdk,
    tries: Object.keys(given),
    isList: true,
    ask({ mergedAway }, { limit, cursor }) {
      const id = ref ?? mergedAway;
      const query = { ...given, limit, ...(cursor !== undefined && { cursor }) };
      return {
        route,
        rest: ['GET', `/visitors/${encodeURIComponent(id)}/${below}?${search(query)}`],
        field: 'visitor',
        variables: { id, first: limit, after: cursor },
        document: documentOf(field, nodes),
        sdk: [sdk, id, query],
      };
    },
  };
}

function documentOf(field: string, nodes: string): string {
  const fragments = fragmentsIn(nodes);
  return `query ($id: ID!, $first: Int, $after: String) {
    visitor(id: $id) {
      redirectedFrom
      list: ${field}(first: $first, after: $after) {
        nodes { ${nodes} } pageInfo { endCursor hasNextPage } totalCount
      }
    }
  }
  ${fragments}`;
}

/** Those that a text spreads, and those that they do. */
function fragmentsIn(text: string): string {
  const all = new Map<string, string>();
  const add = (from: string) => {
    for (const name of from.match(/\w+Fields/g) ?? []) {
      if (all.has(name)) continue;
      all.set(name, fragment(name));
      add(fragment(name));
    }
  };
  add(text);
  return [...all.values()].join('\n');
}

/** As the SDK's operations have it. */
function fragment(name: string): string {
  return readFileSync(join(packageRoot(), 'sdk/operations/fragments', `${name}.graphql`), 'utf8');
}

const BOTH = '__typename ... on Event { ...EventFields } ... on PageView { ...PageViewFields }';

const HISTORIES = [
  { route: 'listSessions', field: 'sessions', sdk: 'sessions.list', nodes: '...SessionFields' },
  { route: 'listEvents', field: 'events', sdk: 'events.list', nodes: '__typename ...EventFields' },
  {
    route: 'listEvents',
    field: 'pageViews',
    sdk: 'events.list',
    nodes: '__typename ...PageViewFields',
    given: { type: 'page' },
  },
  { route: 'listEvents', field: 'activity', sdk: 'events.list', nodes: BOTH, given: { type: 'all' } },
  { route: 'listNotes', field: 'notes', sdk: 'notes.list', nodes: '...NoteFields' },
  { route: 'listMerges', field: 'merges', sdk: 'merges.list', nodes: '...MergeFields' },
  {
    route: 'listVisitorConversations',
    field: 'conversations',
    sdk: 'visitors.conversations',
    nodes: '...ConversationFields',
    below: 'conversations',
  },
] as const;

function one(ref: string | null): Read {
  return {
    what: `getVisitor ${ref ?? 'an id merged away'}`,
    route: 'getVisitor',
    field: 'Query.visitor',
    sdk: 'visitors.get',
    tries: [],
    isList: false,
    ask({ mergedAway }) {
      const id = ref ?? mergedAway;
      return {
        route: 'getVisitor',
        rest: ['GET', `/visitors/${encodeURIComponent(id)}`],
        field: 'visitor',
        variables: { id },
        sdk: ['visitors.get', id],
      };
    },
  };
}

const conversation: Read = {
  what: 'getConversation',
  route: 'getConversation',
  field: 'Query.conversation',
  sdk: 'conversations.get',
  tries: [],
  isList: false,
  ask: ({ conversationId: id }) => ({
    route: 'getConversation',
    rest: ['GET', `/conversations/${id}`],
    field: 'conversation',
    variables: { id },
    sdk: ['conversations.get', id],
  }),
};

const MESSAGES = `query ($id: ID!, $first: Int, $after: String, $order: MessageOrder) {
  conversation(id: $id) {
    list: messages(first: $first, after: $after, order: $order) {
      nodes { ...MessageFields } pageInfo { endCursor hasNextPage } totalCount
    }
  }
}`;

function messages(given: Parameters): Read {
  return {
    what: `listMessages ${search(given)}`,
    route: 'listMessages',
    field: 'Conversation.messages',
    sdk: 'conversations.messages',
    tries: Object.keys(given),
    isList: true,
    ask({ conversationId: id }, { limit, cursor }) {
      const query = { ...given, limit, ...(cursor !== undefined && { cursor }) };
      return {
        route: 'listMessages',
        rest: ['GET', `/conversations/${id}/messages?${search(query)}`],
        field: 'conversation',
        variables: { id, first: limit, after: cursor, ...given },
        document: `${MESSAGES}\n${fragmentsIn(MESSAGES)}`,
        sdk: ['conversations.messages', id, query],
      };
    },
  };
}

const settings: Read = {
  what: 'getSettings',
  route: 'getSettings',
  field: 'Query.settings',
  sdk: 'settings.get',
  tries: [],
  isList: false,
  ask: () => ({
    route: 'getSettings',
    rest: ['GET', '/settings'],
    field: 'settings',
    variables: {},
    sdk: ['settings.get'],
  }),
};

const retention: Read = {
  what: 'getRetention',
  route: 'getRetention',
  field: 'Query.retention',
  sdk: 'retention.get',
  tries: [],
  isList: false,
  ask: () => ({
    route: 'getRetention',
    rest: ['GET', '/retention'],
    field: 'retention',
    variables: {},
    sdk: ['retention.get'],
  }),
};

/** What is read with privacy:write. */
const erasure: Read = {
  what: 'getErasure',
  route: 'getErasure',
  field: 'Query.erasure',
  sdk: 'erasures.get',
  tries: [],
  isList: false,
  ask: ({ erasureId: id }) => ({
    route: 'getErasure',
    rest: ['GET', `/erasures/${id}`],
    field: 'erasure',
    variables: { id },
    sdk: ['erasures.get', id],
  }),
};

const hold: Read = {
  what: 'getHold',
  route: 'getHold',
  field: 'Query.legalHold',
  sdk: 'visitors.hold',
  tries: [],
  isList: false,
  ask: ({ mergedAway: id }) => ({
    route: 'getHold',
    rest: ['GET', `/visitors/${id}/hold`],
    field: 'legalHold',
    variables: { id },
    sdk: ['visitors.hold', id],
  }),
};

const conversations = (parameters: Parameters) =>
  list('listConversations', 'conversations', 'conversations.list', () => parameters);
const visitors = (parameters: Parameters) => list('listVisitors', 'visitors', 'visitors.list', () => parameters);

/** All of them. */
export const READS: readonly Read[] = [
  ...['user:ann', 'anon:x1', 'anon:x3', null].map(one),
  ...['user:ann', 'user:bob', 'anon:x3', null].flatMap((ref) => HISTORIES.map((row) => ofVisitor({ ...row, ref }))),
  visitors({}),
  ...VISITOR_SORT_KEYS.flatMap((sort) => [visitors({ sort }), visitors({ sort: `-${sort}` })]),
  ...['an', 'example.com', 'ÜN', '%', 'nobody'].map((term) => visitors({ search: term })),
  ...[true, false].flatMap((is) => [visitors({ identified: is }), visitors({ known: is }), visitors({ hasEmail: is })]),
  visitors({ companyId: 'Acme' }),
  list('listVisitors', 'visitors', 'visitors.list', ({ companyId }) => ({ companyId })),
  visitors({ userId: 'ann' }),
  visitors({ anonymousId: 'x1' }),
  visitors({ email: 'ANN@example.com' }),
  visitors({ identified: true, search: 'a', sort: 'email' }),
  list('listSuggestions', 'mergeSuggestions', 'mergeSuggestions.list'),
  list('listAttributeKeys', 'attributeKeys', 'attributeKeys.list'),
  list('listEventNames', 'eventNames', 'eventNames.list'),
  list('listIngestionIssues', 'ingestionIssues', 'ingestionIssues.list'),
  list('listKeys', 'keys', 'keys.list'),
  settings,
  retention,
  erasure,
  hold,
  conversation,
  messages({}),
  messages({ order: 'asc' }),
  messages({ order: 'desc' }),
  conversations({}),
  ...['open', 'closed'].map((status) => conversations({ status })),
  ...[true, false].map((unread) => conversations({ unread })),
  conversations({ visitorId: 'user:ann' }),
  conversations({ visitorId: 'anon:x3', unread: true, status: 'open' }),
];
