/** Watching a visitor: snapshots, order, merges, slow watchers, keys that end – over WebSocket and event streams. */
import { describe, expect, it } from 'vitest';
import { MAX_WAITING_NEWS, SNAPSHOT_SIZE } from '../../src/limits.ts';
import { watchActivity } from '../../src/services/visitor-activity.ts';
import { openServer } from '../support/http.ts';
import { asker } from './asking.ts';
import { ACTIVITY, connect, Watching } from './socket.ts';
import { watchedAnn } from './watched-ann.ts';

const ann = watchedAnn();

const names = (payload: { activities: readonly { name?: string; url?: string }[] }) =>
  payload.activities.map((each) => each.name ?? each.url);

describe('a watched visitor', () => {
  it('is shown as they are, newest first, then as they go on, in order', async () => {
    await ann.track('first');
    ann.server.world.clock.advance(1000);
    await ann.track('second');
    const watching = ann.watch('user:ann');
    const snapshot = await watching.next();
    expect(snapshot).toMatchObject({ sequence: 1, snapshot: true });
    expect(names(snapshot)).toEqual(['second', 'first']);
    await ann.send({ type: 'track', userId: 'ann', name: 'third' }, { type: 'track', userId: 'ann', name: 'fourth' });
    const [live] = await watching.until(({ activities }) => activities.length > 0);
    expect(live).toMatchObject({ sequence: 2, snapshot: false, visitorId: snapshot.visitorId });
    expect(live && names(live)).toEqual(['third', 'fourth']);
  });

  it('is told with the ids that a query answers', async () => {
    const watching = ann.watch('user:ann');
    await watching.next();
    await ann.send({ type: 'track', userId: 'ann', name: 'bought' }, { type: 'page', userId: 'ann', url: '/pricing' });
    const { activities } = await watching.next();
    const { visitor } = await asker(
      ann.server,
      ann.key,
    )(
      '{ visitor(id: "user:ann") { activity { nodes { __typename ... on Event { id name } ... on PageView { id url } } } } }',
    );
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    expect([...activities].sort(byId)).toEqual(visitor.activity.nodes.sort(byId));
  });

  it('does not show what others do', async () => {
    await ann.send({ type: 'identify', userId: 'bob' });
    const watching = ann.watch('user:ann');
    await watching.next();
    await ann.track('of-bob', 'bob');
    await ann.track('of-ann');
    expect(names(await watching.next())).toEqual(['of-ann']);
  });

  it(`shows at most ${SNAPSHOT_SIZE} of what was`, async () => {
    await ann.send(
      ...Array.from({ length: SNAPSHOT_SIZE + 1 }, (_, i) => ({ type: 'track', userId: 'ann', name: `n${i}` })),
    );
    expect((await ann.watch('user:ann').next()).activities).toHaveLength(SNAPSHOT_SIZE);
  });

  it('starts with a snapshot again after a reconnect', async () => {
    const before = ann.watch('user:ann');
    await before.next();
    await ann.track('heard');
    await before.next();
    await ann.leave();
    await ann.track('missed');
    const snapshot = await ann.watch('user:ann').next();
    expect(snapshot).toMatchObject({ sequence: 1, snapshot: true });
    expect(names(snapshot)).toEqual(expect.arrayContaining(['heard', 'missed']));
  });

  it('leaves nobody listening when the watcher goes', async () => {
    const { workspaceId } = ann.workspace.caller;
    const controller = new AbortController();
    const stream = await fetch(`${ann.origin}/graphql`, {
      method: 'POST',
      headers: { 'x-api-key': ann.key, 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: ACTIVITY, variables: { id: 'user:ann' } }),
      signal: controller.signal,
    });
    expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const watching = ann.watch('user:ann');
    await watching.next();
    expect(ann.server.world.bus.hasListeners(workspaceId)).toBe(true);
    controller.abort();
    await watching.end();
    await ann.leave();
    await expect.poll(() => ann.server.world.bus.hasListeners(workspaceId)).toBe(false);
  });
});

describe('a merge', () => {
  const merge = (source: string, target: string) =>
    ann.server.call(ann.key, 'POST', '/visitors/merge', {
      sourceVisitorId: source,
      targetVisitorId: target,
      allowIdentified: true,
    });

  it('while they are watched leads on to the survivor, beginning with a snapshot', async () => {
    await ann.send({ type: 'identify', userId: 'bob' }, { type: 'track', userId: 'bob', name: 'of-bob' });
    const watching = ann.watch('user:ann');
    const { visitorId: before } = await watching.next();
    const { body } = await merge('user:ann', 'user:bob');
    const survivor = body.data.visitor.id;
    const snapshot = await watching.next();
    expect(snapshot).toMatchObject({ sequence: 2, snapshot: true, visitorId: survivor });
    expect(survivor).not.toBe(before);
    expect(names(snapshot)).toEqual(['of-bob']);
    await ann.track('later', 'bob');
    expect(names(await watching.next())).toEqual(['later']);
    await ann.server.call(ann.key, 'POST', `/visitors/merges/${body.data.merge.id}/undo`);
    expect(await watching.next()).toMatchObject({ snapshot: true, visitorId: before, activities: [] });
  });

  it('of long ago leads there, too', async () => {
    await ann.send({ type: 'identify', userId: 'bob' });
    const { id } = (await ann.server.call(ann.key, 'GET', '/visitors/user:ann')).body.data;
    const { body } = await merge('user:ann', 'user:bob');
    const watching = ann.watch(id);
    expect(await watching.next()).toMatchObject({ visitorId: body.data.visitor.id });
    await ann.track('now', 'ann');
    expect(names(await watching.next())).toEqual(['now']);
  });

  it('by an identify leads on as well', async () => {
    await ann.send({ type: 'page', anonymousId: 'browser', url: '/' });
    const watching = ann.watch('anon:browser');
    await watching.next();
    await ann.send({ type: 'identify', userId: 'ann', anonymousId: 'browser' });
    const { id } = (await ann.server.call(ann.key, 'GET', '/visitors/user:ann')).body.data;
    expect(await watching.next()).toMatchObject({ snapshot: true, visitorId: id });
    await ann.track('after login');
    expect(names(await watching.next())).toEqual(['after login']);
  });
});

describe('a watcher who is too slow', () => {
  it('is given a new snapshot instead of a gap', async () => {
    const { ids, db, clock, ingest, bus } = ann.server.world;
    const ctx = { ...ann.workspace, ids, db, clock, bus };
    const watching = await watchActivity(ctx, 'user:ann');
    expect((await watching.next()).value).toMatchObject({ sequence: 1, snapshot: true });
    const items = Array.from({ length: MAX_WAITING_NEWS + 1 }, (_, i) => ({
      type: 'track',
      userId: 'ann',
      name: `n${i}`,
    }));
    await ingest.submit(ctx, items.slice(0, MAX_WAITING_NEWS));
    expect((await watching.next()).value).toMatchObject({
      sequence: 2,
      snapshot: false,
      activities: { length: MAX_WAITING_NEWS },
    });
    await ingest.submit(ctx, items.slice(0, 1));
    await ingest.submit(ctx, items.slice(1));
    const { value } = await watching.next();
    expect(value).toMatchObject({ sequence: 3, snapshot: true, activities: { length: SNAPSHOT_SIZE } });
    await ingest.submit(ctx, items.slice(0, 1));
    expect((await watching.next()).value).toMatchObject({ sequence: 4, snapshot: false, activities: { length: 1 } });
    await watching.return?.();
    expect(bus.hasListeners(ann.workspace.caller.workspaceId)).toBe(false);
  });
});

describe('an event stream', () => {
  it('tells the same', async () => {
    const response = await fetch(`${ann.origin}/graphql`, {
      method: 'POST',
      headers: { 'x-api-key': ann.key, 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: ACTIVITY, variables: { id: 'user:ann' } }),
    });
    const reader = events(response);
    expect(await reader.next()).toMatchObject({ sequence: 1, snapshot: true, activities: [] });
    await ann.track('bought');
    expect(await reader.next()).toMatchObject({ sequence: 2, snapshot: false, activities: [{ name: 'bought' }] });
    await reader.end();
  });

  it.each(['*/*', 'application/json'])('is not sent to who asks for %s', async (accept) => {
    const response = await fetch(`${ann.origin}/graphql`, {
      method: 'POST',
      headers: { 'x-api-key': ann.key, 'content-type': 'application/json', accept },
      body: JSON.stringify({ query: ACTIVITY, variables: { id: 'user:ann' } }),
    });
    expect((await response.json()).errors[0].extensions.code).toBe('bad_query');
  });
});

function events(response: Response) {
  const reader = response.body?.getReader();
  let text = '';
  return {
    async next(): Promise<unknown> {
      for (;;) {
        const match = /data: (.+)\n/.exec(text);
        if (match) {
          text = text.slice(match.index + match[0].length);
          return JSON.parse(match[1] ?? '').data.visitorActivity;
        }
        const { value, done } = (await reader?.read()) ?? { done: true };
        if (done) throw new Error('The stream ended.');
        text += Buffer.from(value as Uint8Array).toString();
      }
    },
    end: () => reader?.cancel(),
  };
}

describe('a server that stops', () => {
  it('ends its sockets and streams instead of waiting for them', async () => {
    const stopping = await openServer();
    const at = await stopping.app.listen({ port: 0, host: '127.0.0.1' });
    const { keys } = await stopping.world.workspace();
    const apiKey = keys.secretKey ?? '';
    await stopping.call(apiKey, 'POST', '/visitors/identify', { userId: 'ann' });
    const closed = new Promise<number>((resolve) => {
      const client = ann.keep(connect(at, apiKey, resolve));
      void new Watching(client, 'user:ann').next().catch(() => undefined);
    });
    const response = await fetch(`${at}/graphql`, {
      method: 'POST',
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: ACTIVITY, variables: { id: 'user:ann' } }),
    });
    const reader = events(response);
    await reader.next();
    await stopping.close();
    expect(await closed).toBe(1001);
    await expect(reader.next()).rejects.toThrow('The stream ended.');
  });
});
