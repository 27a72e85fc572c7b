/** Every read, as one row for all doors: which route, which field, which method, with which parameters. */
import { VISITOR_SORT_KEYS } from '../../src/contract/visitor.ts';
import { fragmentsIn, list, ofVisitor, type Parameters, type Read, search } from './reading.ts';

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

function exported(ref: string | null, given: { format?: 'json' | 'csv' } = {}): Read {
  const query = given.format === undefined ? '' : `?format=${given.format}`;
  return {
    what: `exportVisitor ${ref ?? 'an id merged away'}${query}`,
    route: 'exportVisitor',
    field: 'Mutation.exportVisitor',
    sdk: 'visitors.export',
    tries: Object.keys(given),
    isList: false,
    ask({ mergedAway }) {
      const id = ref ?? mergedAway;
      return {
        route: 'exportVisitor',
        rest: ['GET', `/visitors/${encodeURIComponent(id)}/export${query}`],
        field: 'exportVisitor',
        variables: { id, ...given },
        sdk: ['visitors.export', id, given],
      };
    },
  };
}

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
  exported('user:ann'),
  exported(null),
  exported('anon:x1', { format: 'csv' }),
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
