/** Every route of the OpenAPI document has a method that asks exactly it; the methods are called one by one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Client, operations } from '../../sdk/index.ts';
import { packageRoot } from '../../src/infra/package-root.ts';
import { answers, scripted } from './fake.ts';

interface Documented {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: unknown;
}

const document: { readonly paths: Record<string, Record<string, Documented>> } = JSON.parse(
  readFileSync(join(packageRoot(), 'schema/openapi.json'), 'utf8'),
);
const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, route]) => [route.operationId, method.toUpperCase(), path, route] as const),
);

/** One call of each; what is missing here does not compile. */
const CALLS: Readonly<Record<keyof operations, (client: Client) => Promise<unknown>>> = {
  addNote: (client) => client.notes.add('vis_1', 'Called.'),
  addTag: (client) => client.visitors.addTag('vis_1', 'vip'),
  batch: (client) => client.batch([{ type: 'track', userId: 'u', name: 'n' }]),
  createKey: (client) => client.keys.create({ kind: 'publishable', name: 'Site' }),
  deleteVisitor: (client) => client.visitors.delete('vis_1', { dryRun: true }),
  deleteNote: (client) => client.notes.delete('vis_1', 'not_1'),
  dismissSuggestion: (client) => client.mergeSuggestions.dismiss('sug_1'),
  editVisitor: (client) => client.visitors.edit('vis_1', { name: null }),
  exportVisitor: (client) => client.visitors.export('vis_1', { format: 'csv' }),
  getErasure: (client) => client.erasures.get('era_1'),
  getHold: (client) => client.visitors.hold('vis_1'),
  getConversation: (client) => client.conversations.get('cnv_1'),
  getVisitor: (client) => client.visitors.get('vis_1'),
  getRetention: (client) => client.retention.get(),
  getSettings: (client) => client.settings.get(),
  identify: (client) => client.visitors.identify({ userId: 'u' }),
  issueVisitorToken: (client) => client.visitors.token({ anonymousId: 'a' }),
  listAttributeKeys: (client) => client.attributeKeys.list().page(),
  listConversations: (client) => client.conversations.list({ unread: true }).page(),
  listEventNames: (client) => client.eventNames.list().page(),
  listEvents: (client) => client.events.list('vis_1', { type: 'all' }).page(),
  listIngestionIssues: (client) => client.ingestionIssues.list().page(),
  listKeys: (client) => client.keys.list().page(),
  listMerges: (client) => client.merges.list('vis_1').page(),
  listNotes: (client) => client.notes.list('vis_1').page(),
  listMessages: (client) => client.conversations.messages('cnv_1', { order: 'desc' }).page(),
  listSessions: (client) => client.sessions.list('vis_1').page(),
  listSuggestions: (client) => client.mergeSuggestions.list().page(),
  listVisitorConversations: (client) => client.visitors.conversations('vis_1').page(),
  listVisitors: (client) => client.visitors.list({ search: 'ann' }).page(),
  markRead: (client) => client.conversations.markRead('cnv_1'),
  mergeVisitors: (client) => client.visitors.merge({ sourceVisitorId: 'vis_1', targetVisitorId: 'vis_2' }),
  page: (client) => client.pageViews.track({ userId: 'u', url: '/' }),
  removeTag: (client) => client.visitors.removeTag('vis_1', 'big spender'),
  revokeKey: (client) => client.keys.revoke('key_1'),
  rotateIdentitySecret: (client) => client.settings.rotateIdentitySecret(),
  rotateKey: (client) => client.keys.rotate('key_1'),
  setHold: (client) => client.visitors.setHold('vis_1', true),
  track: (client) => client.events.track({ userId: 'u', name: 'n' }),
  anonymizeVisitor: (client) => client.visitors.anonymize('vis_1', { dryRun: true }),
  undoMerge: (client) => client.visitors.unmerge('mrg_1'),
  update: (client) => client.visitors.update({ userId: 'u', traits: {} }),
  updateRetention: (client) => client.retention.update({ events: 30 }),
  unsuppressErasure: (client) => client.erasures.unsuppress('era_1'),
  updateNote: (client) => client.notes.update('vis_1', 'not_1', 'Called twice.'),
  sendMessage: (client) => client.conversations.send('cnv_1', { body: 'Hello' }),
  startConversation: (client) => client.conversations.start({ visitorId: 'vis_1', message: { body: 'Hello' } }),
  updateConversation: (client) => client.conversations.update('cnv_1', { status: 'closed' }),
  updateSettings: (client) => client.settings.update({ identityVerification: 'warn' }),
  verifyErasures: (client) => client.erasures.verify(),
};

describe('the client', () => {
  it('has a method for every route, and none for a route that is gone', () => {
    expect(Object.keys(CALLS).sort()).toEqual(routes.map(([id]) => id).sort());
  });

  it.each(routes)('asks %s by %s %s', async (id, method, path, { parameters = [], requestBody }) => {
    const { client, seen } = scripted([answers({ data: [], meta: { nextCursor: null } })]);
    await CALLS[id as keyof operations](client);
    const [request] = seen;
    expect(request?.method).toBe(method);
    expect(request?.path.split('?')[0]).toMatch(new RegExp(`^${path.replace(/{\w+}/g, '[^/{}]+')}$`));
    expect(request?.body !== undefined).toBe(requestBody !== undefined);
    const asked = [...new URLSearchParams(request?.path.split('?')[1]).keys()];
    const known = parameters.filter((each) => each.in === 'query').map(({ name }) => name);
    expect(known).toEqual(expect.arrayContaining(asked));
    expect(request?.headers.get('x-api-key')).toBe('sk_test');
  });
});

describe('an id in a path', () => {
  it('is encoded, so that it never leads to another route', async () => {
    const { client, seen } = scripted([answers({ data: {} })]);
    await client.visitors.get('user:a/../b?c#d é');
    expect(seen[0]?.path).toBe('/api/support/visitors/user%3Aa%2F..%2Fb%3Fc%23d%20%C3%A9');
  });

  it.each(['', '.', '..'])('that no path can hold is refused before anything is sent (%j)', async (id) => {
    const { client, seen } = scripted([answers({ data: {} })]);
    await expect(client.visitors.get(id)).rejects.toThrow(TypeError);
    expect(seen).toHaveLength(0);
  });
});

describe('a server behind a path', () => {
  it.each(['https://support.test/eu', 'https://support.test/eu/'])('is reached there (%s)', async (url) => {
    const { client, seen } = scripted([answers({ data: {} })], { url });
    await client.visitors.get('vis_1');
    expect(seen[0]?.path).toBe('/eu/api/support/visitors/vis_1');
  });

  it.each(['ftp://support.test', 'nothing'])('has an http url (%s)', (url) => {
    expect(() => scripted([], { url })).toThrow(TypeError);
  });
});
