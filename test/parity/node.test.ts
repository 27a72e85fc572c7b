/** Everything that has an id is the same read by it as read in its list. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { QUERIES } from '../../sdk/generated/graphql.ts';
import { all } from '../support/sdk-clients.ts';
import { build, openParityServer, type ParityServer, type Place } from './workspace.ts';

let server: ParityServer;
let place: Place;

beforeAll(async () => {
  server = await openParityServer();
  place = await build(server, 3);
});
afterAll(() => server.close());

type Item = Readonly<Record<string, unknown>> & { readonly id: string };

/** What the operation calls otherwise, because fields of one name have several types there. */
const NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Event: { eventName: 'name' },
  Key: { keyName: 'name', keyKind: 'kind' },
  Merge: { mergeKind: 'kind' },
  Company: { companyName: 'name' },
  Note: { writtenAt: 'createdAt', writtenBy: 'by' },
  Conversation: { conversationStatus: 'status' },
};

/** How REST reads each kind. */
const LISTS: Readonly<Record<string, (place: Place) => Promise<readonly object[]>>> = {
  Visitor: ({ client }) => all(client.visitors.list()),
  Session: ({ client }) => all(client.sessions.list('anon:x1')),
  Event: ({ client }) => all(client.events.list('user:ann')),
  Merge: ({ client }) => all(client.merges.list('user:ann')),
  Note: ({ client }) => all(client.notes.list('user:ann')),
  Key: ({ client }) => all(client.keys.list()),
  Conversation: ({ client }) => all(client.conversations.list()),
  async Message({ client }) {
    const [first] = (await client.visitors.conversations('user:ann').page()).items;
    const messages = await all(client.conversations.messages(first?.id ?? ''));
    return messages.map(({ author: { kind, name }, ...rest }) => ({ ...rest, author: { kind, writtenAs: name } }));
  },
  async PageView({ client }) {
    const seen = await all(client.events.list('anon:x1', { type: 'page' }));
    return seen.map(({ properties, name: _name, ...rest }) => ({ ...rest, ...properties }));
  },
  async Company({ client }) {
    const { company } = await client.visitors.get('user:ann');
    return company ? [company] : [];
  },
};

async function byHand(id: string) {
  const response = await fetch(`${place.url}/graphql`, {
    method: 'POST',
    headers: { 'x-api-key': place.key, 'content-type': 'application/json' },
    body: JSON.stringify({ query: String(QUERIES.node), variables: { id } }),
  });
  return (await response.json()).data.node;
}

it.each(Object.entries(LISTS))('a %s', async (kind, list) => {
  const items = (await list(place)) as readonly Item[];
  expect(items.length).toBeGreaterThan(0);
  for (const item of items) {
    const node = await place.client.query.node({ id: item.id });
    expect(await byHand(item.id)).toEqual(node);
    const { __typename, ...fields } = node as unknown as Item;
    expect(__typename).toBe(kind);
    const named = Object.entries(fields).map(([name, value]) => [NAMES[kind]?.[name] ?? name, value]);
    const known = named.filter(([name]) => (name as string) in item);
    expect(known.length).toBeGreaterThan(2);
    expect(item).toMatchObject(Object.fromEntries(known));
  }
});

it('an id merged away leads to who it is now', async () => {
  const ann = await place.client.visitors.get('user:ann');
  const [id = ''] = ann.mergedFrom;
  expect(await byHand(id)).toMatchObject({ id: ann.id, redirectedFrom: id });
});
