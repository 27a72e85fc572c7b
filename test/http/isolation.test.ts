/** Nothing crosses workspaces: what belongs to another one is as unknown as what never was. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { restRoutes } from '../../src/contract/rest-routes.ts';
import type { RestRoute } from '../../src/contract/route.ts';
import { type IdKind, toWire } from '../../src/ids.ts';
import { openServer, type TestServer } from '../support/http.ts';

let server: TestServer;
let stranger: string;
/** Ids of the workspace that is not the caller's, by what they name. */
let foreign: Record<'visitor' | 'merge' | 'suggestion' | 'key' | 'note' | 'conversation' | 'erasure', string>;

beforeAll(async () => {
  server = await openServer();
  const owner = (await server.world.workspace()).keys.secretKey;
  stranger = (await server.world.workspace()).keys.secretKey as string;
  const say = (path: string, body: unknown) => server.call(owner, 'POST', path, body);
  await say('/visitors/identify', { userId: 'first', anonymousId: 'a1', traits: { email: 'same@example.com' } });
  await say('/visitors/identify', { userId: 'second', traits: { email: 'same@example.com' } });
  await say('/visitors/user:first/tags', { tag: 'vip' });
  const notes = await say('/visitors/user:first/notes', { body: 'Theirs.' });
  const visitors = await server.call(owner, 'GET', '/visitors/user:first');
  const merges = await server.call(owner, 'GET', '/visitors/user:first/merges');
  const suggestions = await server.call(owner, 'GET', '/merge-suggestions');
  const keys = await server.call(owner, 'GET', '/keys');
  await say('/conversations', { visitorId: 'user:first', message: { body: 'Hello' } });
  const conversations = await server.call(owner, 'GET', '/conversations');
  await say('/events', { userId: 'third', name: 'seen' });
  const erasure = await server.call(owner, 'DELETE', '/visitors/user:third');
  foreign = {
    visitor: visitors.body.data.id,
    merge: merges.body.data[0].id,
    suggestion: suggestions.body.data[0].id,
    key: keys.body.data[0].id,
    note: notes.body.data.id,
    conversation: conversations.body.data[0].id,
    erasure: erasure.body.data.receipt.id,
  };
});
afterAll(() => server.close());

const routes = Object.values<RestRoute>(restRoutes).filter(({ path }) => path.includes('{id}'));

describe('an id of another workspace', () => {
  it.each(routes.map((route) => [route.method, route.path, route.example] as const))(
    'is answered by %s %s exactly as one that never was',
    async (method, path, example) => {
      const kind = kindOf(path);
      const never = toWire(kind, server.world.ids.uuid());
      const answers = [foreign[kind as keyof typeof foreign], never].map((id) =>
        server.call(stranger, method, path.replace('{id}', id).replace(/{(\w+)}/, partOf), example?.body),
      );
      const [theirs, nobodys] = await Promise.all(answers);
      expect([theirs?.status, theirs?.body.code]).toEqual([404, 'not_found']);
      expect(told(theirs?.body)).toEqual(told(nobodys?.body));
    },
  );

  it.each(['user:first', 'anon:a1'])('is no visitor of this one: %s', async (reference) => {
    const { status } = await server.call(stranger, 'GET', `/visitors/${reference}`);
    expect(status).toBe(404);
  });

  it('is no side of a merge', async () => {
    await server.call(stranger, 'POST', '/events', { userId: 'mine', name: 'seen' });
    const merging = { sourceVisitorId: foreign.visitor, targetVisitorId: 'user:mine' };
    const { status, body } = await server.call(stranger, 'POST', '/visitors/merge', merging);
    expect([status, body.code]).toEqual([404, 'not_found']);
  });

  it('receives no event', async () => {
    const { status } = await server.call(stranger, 'POST', '/events', { visitorId: foreign.visitor, name: 'seen' });
    expect(status).toBe(422);
  });
});

/** What else the path names, of the workspace that is not the caller's. */
function partOf(_whole: string, name: string): string {
  return name === 'noteId' ? foreign.note : 'vip';
}

function kindOf(path: string): IdKind {
  if (path.startsWith('/visitors/merges/')) return 'merge';
  if (path.startsWith('/merge-suggestions/')) return 'suggestion';
  if (path.startsWith('/conversations/')) return 'conversation';
  if (path.startsWith('/erasures/')) return 'erasure';
  return path.startsWith('/keys/') ? 'key' : 'visitor';
}

/** Without what differs between any two requests. */
function told({ requestId, instance, ...rest }: Record<string, unknown>): unknown {
  return rest;
}
