/** One handler for each REST route of the table: parsed input in, a service's answer out. No rules here. */
import type { RestOperation } from '../contract/rest-routes.ts';
import { anonymizeVisitor } from '../services/anonymize.ts';
import { listEvents } from '../services/event.ts';
import { exportVisitor } from '../services/export.ts';
import { listIngestionIssues } from '../services/ingestion-issue.ts';
import { createKey, listKeys, revokeKey, rotateKey } from '../services/key.ts';
import { mergeVisitors } from '../services/merge.ts';
import { listMerges } from '../services/merge-list.ts';
import { listAttributeKeys, listEventNames } from '../services/registry.ts';
import { getRetention, updateRetention } from '../services/retention.ts';
import { listSessions } from '../services/session.ts';
import { getSettings, rotateIdentitySecret, updateSettings } from '../services/settings.ts';
import { dismissSuggestion, listSuggestions } from '../services/suggestion.ts';
import { undoMerge } from '../services/unmerge.ts';
import { getVisitor, listVisitors } from '../services/visitor.ts';
import { editVisitor } from '../services/visitor-edit.ts';
import { conversationHandlers } from './conversation-handlers.ts';
import type { Handlers } from './handler.ts';
import { privacyHandlers } from './privacy-handlers.ts';
import { done, fileReply, made, many, one, redirectedPage, visitorReply, warning } from './replies.ts';
import { tagNoteHandlers } from './tag-note-handlers.ts';

/** By operation id, as the routes. */
export const handlers: Handlers<RestOperation> = {
  listVisitors: async (ctx, { query }) => many(await listVisitors(ctx, query)),
  getVisitor: async (ctx, { id }) => visitorReply(await getVisitor(ctx, id)),
  editVisitor: async (ctx, { id, body, ifMatch }) => {
    const edited = await editVisitor(ctx, id, body, ifMatch);
    return warning(visitorReply(edited), edited.warnings);
  },
  listSessions: async (ctx, { id, query }) => redirectedPage(await listSessions(ctx, id, query), '/sessions'),
  listEvents: async (ctx, { id, query }) => redirectedPage(await listEvents(ctx, id, query), '/events'),
  ...tagNoteHandlers,
  listMerges: async (ctx, { id, query }) => redirectedPage(await listMerges(ctx, id, query), '/merges'),
  mergeVisitors: async (ctx, { body }) => one(await mergeVisitors(ctx, body)),
  undoMerge: async (ctx, { id }) => one(await undoMerge(ctx, id)),
  anonymizeVisitor: async (ctx, { id, body }) => one(await anonymizeVisitor(ctx, id, body)),
  ...conversationHandlers,
  listSuggestions: async (ctx, { query }) => many(await listSuggestions(ctx, query)),
  dismissSuggestion: async (ctx, { id }) => {
    await dismissSuggestion(ctx, id);
    return done;
  },
  listAttributeKeys: async (ctx, { query }) => many(await listAttributeKeys(ctx, query)),
  listEventNames: async (ctx, { query }) => many(await listEventNames(ctx, query)),
  listIngestionIssues: async (ctx, { query }) => many(await listIngestionIssues(ctx, query)),
  listKeys: async (ctx, { query }) => many(await listKeys(ctx, query)),
  createKey: async (ctx, { body }) => {
    const key = await createKey(ctx, body);
    return made(`/keys/${key.id}`, key);
  },
  rotateKey: async (ctx, { id, body }) => {
    const key = await rotateKey(ctx, id, body);
    return made(`/keys/${key.id}`, key);
  },
  revokeKey: async (ctx, { id }) => {
    await revokeKey(ctx, id);
    return done;
  },
  getSettings: async (ctx) => one(await getSettings(ctx)),
  updateSettings: async (ctx, { body }) => one(await updateSettings(ctx, body)),
  rotateIdentitySecret: async (ctx, { body }) => made('/settings', await rotateIdentitySecret(ctx, body)),
  exportVisitor: async (ctx, { id, query }) => fileReply(await exportVisitor(ctx, id, query.format), '/export'),
  getRetention: async (ctx) => one(await getRetention(ctx)),
  updateRetention: async (ctx, { body }) => one(await updateRetention(ctx, body)),
  ...privacyHandlers,
};
