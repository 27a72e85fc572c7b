/** The answers of both doors in one form. What is said differently on purpose is said here, and nowhere else. */
import type { IngestOperation } from '../../src/contract/ingest-routes.ts';
import type { RestOperation } from '../../src/contract/rest-routes.ts';
import type { Said } from './doors.ts';

type Json = Readonly<Record<string, ReturnType<typeof JSON.parse>>>;
type Form = (payload: ReturnType<typeof JSON.parse>) => Said;

/** @param etag of the answer's header. */
export function ofRest(
  route: RestOperation | IngestOperation,
  data: ReturnType<typeof JSON.parse>,
  meta: Json = {},
  etag: string | null,
): Said {
  if (route.startsWith('list')) {
    const { total, nextCursor, redirectedFrom } = meta;
    return { data, meta: without({ total, nextCursor, redirectedFrom }) };
  }
  if (route === 'mergeVisitors') return { data: planned(data), meta };
  return { data, meta: without({ ...meta, etag }) };
}

/** @param payload what the operation's one field answers. */
export function ofGraphql(route: RestOperation | IngestOperation, payload: unknown): Said {
  return FORMS[route](payload);
}

/** GraphQL has the plan of a merge beside it: it is there when there is no merge yet. */
function planned({ merge: { conflicts, ...merge }, visitor }: Json): unknown {
  const { planHash, sourceVisitorId, targetVisitorId } = merge;
  const plan = { planHash, sourceVisitorId, targetVisitorId, conflicts };
  return { merge: merge.id === null ? null : merge, plan, visitor };
}

/** GraphQL has every member, null when there is nothing to say; REST leaves those out of what becomes of an item. */
function verdict({ visitor: _visitor, warnings, ...said }: Json): unknown {
  return without({ ...said, warnings: warnings.length > 0 ? warnings : null });
}

function visitor({ etag, redirectedFrom, ...data }: Json, warnings: readonly unknown[] = []): Said {
  return { data, meta: without({ etag, redirectedFrom, warnings: warnings.length > 0 ? warnings : null }) };
}

function list({ nodes, totalCount, pageInfo }: Json, redirectedFrom: string | null = null): Said {
  const nextCursor = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  return { data: nodes, meta: without({ total: totalCount, nextCursor, redirectedFrom }) };
}

/** A list of a visitor's, which its document calls `list`. */
const ofVisitor: Form = (payload) => list(payload.list, payload.redirectedFrom);
const plain: Form = (data) => ({ data, meta: {} });
const done: Form = () => ({ data: undefined, meta: {} });
const single: Form = (payload) => ({ data: verdict(payload), meta: {} });
const key: Form = ({ key: made, text, warnings }) => ({ data: { ...made, key: text }, meta: mended(warnings) });

/** Whose it is stands beside it in GraphQL. */
const tagged: Form = ({ tags, visitor: { redirectedFrom }, warnings }) => ({
  data: { tags },
  meta: without({ redirectedFrom, ...mended(warnings) }),
});
const noted: Form = ({ note, visitor: { redirectedFrom }, warnings }) => ({
  data: note,
  meta: without({ redirectedFrom, ...mended(warnings) }),
});

const FORMS: Readonly<Record<RestOperation | IngestOperation, Form>> = {
  listVisitors: ({ nodes, ...rest }) =>
    list({ nodes: nodes.map((each: Json) => (visitor(each) as { data: unknown }).data), ...rest }),
  getVisitor: (payload) => visitor(payload),
  editVisitor: (payload) => visitor(payload.visitor, payload.warnings),
  listSessions: ofVisitor,
  listEvents: (payload) => {
    const nodes = payload.list.nodes.map((each: Json) => event(each));
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
    data: { ...payload, visitor: (visitor(payload.visitor) as { data: unknown }).data },
    meta: mended(warnings),
  }),
  undoMerge: plain,
  anonymizeVisitor: (payload) => ({
    data: { ...payload, visitor: (visitor(payload.visitor) as { data: unknown }).data },
    meta: {},
  }),
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
  update: ([{ index: _index, ...result }]) => ({ data: verdict(result), meta: {} }),
  batch: (results) => ({ data: { results: results.map(verdict) }, meta: {} }),
};

function mended(warnings: readonly unknown[] = []) {
  return warnings.length > 0 ? { warnings } : {};
}

/** A page view has fields of its own in GraphQL, and the shape of an event in REST. */
function event({ __typename, url, title, page, referrer, ...rest }: Json): unknown {
  if (__typename === 'Event') return rest;
  return { ...rest, name: 'page', properties: { url, title, page, referrer } };
}

function without(facts: Json): Json {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null && value !== undefined));
}
