/** The answers of both doors in one form. What is said differently on purpose is said here, and nowhere else. */
import type { MergeReply } from '../../src/contract/merge.ts';
import type { Said } from './doors.ts';
import type { Activity, Nodes, OfVisitor, Payload, Route, Visitor } from './payloads.ts';

/** All that is said here of a file, which GraphQL has a link to: export.test.ts looks into them. */
export const A_FILE = 'a file';

/** What was said and can be compared. */
type Told = Exclude<Said, { readonly code: string }>;
type Facts = Readonly<Record<string, unknown>>;
type Warnings = readonly unknown[];

/** @param etag of the answer's header. */
export function ofRest(route: Route, data: unknown, meta: Facts = {}, etag: string | null): Said {
  if (route.startsWith('list')) {
    const { total, nextCursor, redirectedFrom } = meta;
    return { data, meta: without({ total, nextCursor, redirectedFrom }) };
  }
  if (route === 'mergeVisitors') return { data: planned(data as MergeReply), meta };
  return { data, meta: without({ ...meta, etag }) };
}

/** @param payload what the operation's one field answers. */
export function ofGraphql(route: Route, payload: unknown): Said {
  // Asked by the operation of that route, or by the document of its row.
  return FORMS[route](payload as never);
}

/** GraphQL has the plan of a merge beside it: it is there when there is no merge yet. */
function planned({ merge: { conflicts, ...merge }, visitor }: MergeReply): unknown {
  const { planHash, sourceVisitorId, targetVisitorId } = merge;
  const plan = { planHash, sourceVisitorId, targetVisitorId, conflicts };
  return { merge: merge.id === null ? null : merge, plan, visitor };
}

/** GraphQL has every member, null when there is nothing to say; REST leaves those out of what becomes of an item. */
function verdict({ visitor: _visitor, warnings, ...said }: Facts & { readonly warnings: Warnings }): unknown {
  return without({ ...said, warnings: warnings.length > 0 ? warnings : null });
}

function visitor({ etag, redirectedFrom, ...data }: Visitor, warnings: Warnings = []): Told {
  return { data, meta: without({ etag, redirectedFrom, warnings: warnings.length > 0 ? warnings : null }) };
}

function list({ nodes, totalCount, pageInfo }: Nodes<unknown>, redirectedFrom: string | null = null): Told {
  const nextCursor = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  return { data: nodes, meta: without({ total: totalCount, nextCursor, redirectedFrom }) };
}

/** A list of a visitor's, which its document calls `list`. */
const ofVisitor = (payload: OfVisitor<unknown>) => list(payload.list, payload.redirectedFrom);
const plain = (data: unknown): Told => ({ data, meta: {} });
const done = (): Told => ({ data: undefined, meta: {} });
const single = (payload: Parameters<typeof verdict>[0]): Told => ({ data: verdict(payload), meta: {} });
const key = ({ key: made, text, warnings }: Payload<'createKey'>): Told => ({
  data: { ...made, key: text },
  meta: mended(warnings),
});

/** Whose it is stands beside it in GraphQL. */
const tagged = ({ tags, visitor: { redirectedFrom }, warnings }: Payload<'addTag'>): Told => ({
  data: { tags },
  meta: without({ redirectedFrom, ...mended(warnings) }),
});
const noted = ({ note, visitor: { redirectedFrom }, warnings }: Payload<'addNote'>): Told => ({
  data: note,
  meta: without({ redirectedFrom, ...mended(warnings) }),
});

const FORMS: { readonly [Name in Route]: (payload: Payload<Name>) => Told } = {
  listVisitors: ({ nodes, ...rest }) => list({ nodes: nodes.map((each) => visitor(each).data), ...rest }),
  getVisitor: (payload) => visitor(payload),
  editVisitor: (payload) => visitor(payload.visitor, payload.warnings),
  listSessions: ofVisitor,
  listEvents: (payload) => {
    const nodes = payload.list.nodes.map(event);
    return list({ ...payload.list, nodes }, payload.redirectedFrom);
  },
  listMerges: ofVisitor,
  addTag: tagged,
  removeTag: done,
  listNotes: ofVisitor,
  addNote: noted,
  updateNote: noted,
  deleteNote: done,
  mergeVisitors: ({ warnings, ...payload }) => ({
    data: { ...payload, visitor: visitor(payload.visitor).data },
    meta: mended(warnings),
  }),
  undoMerge: plain,
  anonymizeVisitor: (payload) => ({
    data: { ...payload, visitor: visitor(payload.visitor).data },
    meta: {},
  }),
  listConversations: (payload) => list(payload),
  startConversation: ({ conversation, warnings }) => ({ data: conversation, meta: mended(warnings) }),
  getConversation: plain,
  updateConversation: ({ conversation, warnings }) => ({ data: conversation, meta: mended(warnings) }),
  listMessages: ofVisitor,
  sendMessage: ({ message, warnings }) => ({ data: message, meta: mended(warnings) }),
  markRead: plain,
  listVisitorConversations: ofVisitor,
  listSuggestions: (payload) => list(payload),
  dismissSuggestion: done,
  listAttributeKeys: (payload) => list(payload),
  listEventNames: (payload) => list(payload),
  listIngestionIssues: (payload) => list(payload),
  listKeys: (payload) => list(payload),
  createKey: key,
  rotateKey: key,
  revokeKey: done,
  getSettings: plain,
  updateSettings: plain,
  exportVisitor: ({ url }) => plain(URL.canParse(url) ? A_FILE : url),
  getRetention: plain,
  updateRetention: ({ retention, wouldDelete }) => plain({ ...retention, wouldDelete }),
  rotateIdentitySecret: ({ identitySecret, text }) => plain({ ...identitySecret, secret: text }),
  issueVisitorToken: plain,
  deleteVisitor: (payload) => plain(without(payload)),
  getHold: plain,
  setHold: plain,
  getErasure: plain,
  verifyErasures: (payload) => plain(without(payload)),
  unsuppressErasure: done,
  identify: single,
  track: single,
  page: single,
  update: (results) => {
    const [answer] = results.map(({ index: _index, ...result }) => verdict(result));
    return { data: answer, meta: {} };
  },
  batch: (results) => ({ data: { results: results.map(verdict) }, meta: {} }),
};

function mended(warnings: Warnings = []) {
  return warnings.length > 0 ? { warnings } : {};
}

/** A page view has fields of its own in GraphQL, and the shape of an event in REST. */
function event(happened: Activity): unknown {
  if (happened.__typename === 'Event') {
    const { __typename, ...facts } = happened;
    return facts;
  }
  const { __typename, url, title, page, referrer, ...rest } = happened;
  return { ...rest, name: 'page', properties: { url, title, page, referrer } };
}

function without(facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null && value !== undefined));
}
