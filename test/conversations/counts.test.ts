/** What a profile says of conversations: counted in the same commit, over merges and their undoing. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openServer, type TestServer } from '../support/http.ts';
import { type Booth, dataOf, openBooth } from './booth.ts';

let server: TestServer;
let booth: Booth;

beforeAll(async () => {
  server = await openServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  server.world.clock.set('2026-01-15T10:00:00.000Z');
  booth = await openBooth(server);
});

const AS_VISITOR = { author: { kind: 'visitor' } };
const minute = () => server.world.clock.advance(60_000);
const at = (minutes: number) => new Date(Date.UTC(2026, 0, 15, 10, minutes)).toISOString();

async function countsOf(ref: string) {
  const { conversationCount, messageCount, firstContactAt, lastMessageAt, lastSeenAt } = await booth.visitor(ref);
  return { conversationCount, messageCount, firstContactAt, lastMessageAt, lastSeenAt };
}

it('a visitor’s messages count and are a sign of life, those of others only move the last message', async () => {
  await booth.identify('ann');
  minute();
  const { id } = await booth.start('user:ann');
  const none = { conversationCount: 1, messageCount: 0, firstContactAt: null, lastMessageAt: at(1), lastSeenAt: at(0) };
  expect(await countsOf('user:ann')).toEqual(none);
  minute();
  await booth.write(id, 'Hi', AS_VISITOR);
  minute();
  await booth.write(id, 'Still there?', AS_VISITOR);
  minute();
  await booth.write(id, 'Yes');
  expect(await countsOf('user:ann')).toEqual({
    conversationCount: 1,
    messageCount: 2,
    firstContactAt: at(2),
    lastMessageAt: at(4),
    lastSeenAt: at(3),
  });
});

it('a visitor who only wrote is in the list, where their last message puts them', async () => {
  const guest = await booth.guest();
  await guest.start();
  minute();
  await booth.identify('ann');
  minute();
  const [own] = dataOf(await guest.call('GET', '/conversations'));
  await guest.write(own.id, 'Hello?');
  const list = async (sort: string) =>
    dataOf(await booth.call('GET', `/visitors?sort=${sort}`)).map(({ id }: { id: string }) => id);
  const ann = await booth.visitor('user:ann');
  expect(await list('-lastSeenAt')).toEqual([own.visitorId, ann.id]);
  expect(await list('-messageCount')).toEqual([own.visitorId, ann.id]);
});

it('merging sums them up, and taking it back takes them apart', async () => {
  for (const userId of ['ann', 'bob']) await booth.identify(userId);
  const ann = await booth.start('user:ann', 'Hello', AS_VISITOR);
  minute();
  const bob = await booth.start('user:bob', 'Hello', AS_VISITOR);
  minute();
  await booth.write(bob.id, 'Hello?', AS_VISITOR);
  const before = [await countsOf('user:ann'), await countsOf('user:bob')];
  const merging = { sourceVisitorId: 'user:bob', targetVisitorId: 'user:ann', allowIdentified: true };
  const { merge } = dataOf(await booth.call('POST', '/visitors/merge', merging));
  expect(await countsOf('user:bob')).toEqual({
    conversationCount: 2,
    messageCount: 3,
    firstContactAt: at(0),
    lastMessageAt: at(2),
    lastSeenAt: at(2),
  });
  expect((await booth.conversation(bob.id)).visitorId).toBe(ann.visitorId);
  await booth.write(bob.id, 'Once more', AS_VISITOR);
  await booth.call('POST', `/visitors/merges/${merge.id}/undo`, {});
  expect(await countsOf('user:ann')).toEqual(before[0]);
  expect(await countsOf('user:bob')).toMatchObject({
    ...before[1],
    messageCount: 3,
    lastMessageAt: expect.any(String),
  });
  expect((await booth.conversation(bob.id)).visitorId).toBe(bob.visitorId);
});

it('the first message and the first event of a new browser at once make one visitor', async () => {
  const guests = await Promise.all(Array.from({ length: 8 }, () => booth.guest()));
  await Promise.all(
    guests.flatMap((guest, i) => [
      guest.start('Anybody there?'),
      booth.call('POST', '/events', { anonymousId: guest.anonymousId, name: 'looked' }),
      booth.identify(`user-${i}`, guest.anonymousId),
      guest.start('Hello?'),
    ]),
  );
  for (const [i, { anonymousId }] of guests.entries()) {
    const visitor = await booth.visitor(`anon:${anonymousId}`);
    expect(visitor).toMatchObject({ userId: `user-${i}`, conversationCount: 2, messageCount: 2, eventCount: 1 });
  }
});
