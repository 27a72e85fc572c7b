/** A small workspace made of chance, the same from the same seed: twins to do one thing to through different doors. */
import { type Client, createClient } from '../../sdk/index.ts';
import { platformRuntime } from '../../sdk/runtime.ts';
import { Random } from '../faults/random.ts';
import { Client as RestClient } from '../support/client.ts';
import { openServer, type TestServer } from '../support/http.ts';

const START = '2026-01-15T10:00:00.000Z';
const MINUTE_MS = 60_000;
const CHROME =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0 Safari/537.36';

/** A server on a port, for workspaces that are compared. */
export interface ParityServer extends TestServer {
  readonly url: string;
}

/** Starts one. */
export async function openParityServer(): Promise<ParityServer> {
  const server = await openServer();
  return { ...server, url: await server.app.listen({ port: 0, host: '127.0.0.1' }) };
}

/** A workspace and who asks it. */
export interface Place {
  readonly url: string;
  readonly key: string;
  /** The REST door by hand. */
  readonly rest: RestClient;
  /** The SDK, which tells the time as the server does. */
  readonly client: Client;
  /** Of the one who was deleted, where somebody was. */
  readonly erasureId?: string;
}

/** A place asked with another key. */
export function askedWith({ url }: Pick<Place, 'url'>, key: string, now: () => number = Date.now): Place {
  const runtime = { ...platformRuntime, now };
  return { url, key, rest: new RestClient(url, key), client: createClient({ url, key, runtime, retries: 0 }) };
}

/** A workspace whose history the seed decides. The clock begins anew for each, so that twins are the same in all but ids. */
export async function build({ world, url }: ParityServer, seed: number): Promise<Place> {
  world.clock.set(START);
  const { secretKey = '', publishableKey = '' } = (await world.workspace()).keys;
  const place = askedWith({ url }, secretKey, () => world.clock.now().getTime());
  const page = new RestClient(url, publishableKey, { 'user-agent': CHROME });
  const random = new Random(seed);
  const wait = () => world.clock.advance(MINUTE_MS * (1 + random.below(90)));
  let serial = 0;
  const send = async (sender: RestClient, items: readonly object[]) => {
    const at = world.clock.now().getTime();
    const named = items.map((item) => {
      serial += 1;
      return { messageId: `m${serial}`, timestamp: new Date(at - 1000 * random.below(3600)).toISOString(), ...item };
    });
    await sender.post('/batch', { items: named });
  };
  for (const items of PROLOGUE) {
    await send(place.rest, items);
    wait();
  }
  await talk(place.rest, wait);
  for (let round = 0; round < ROUNDS; round += 1) {
    const fromPage = random.chance(0.3);
    const items = Array.from({ length: 2 + random.below(4) }, () => anyItem(random));
    await send(fromPage ? page : place.rest, items);
    await anyEdit(place.rest, random);
    wait();
  }
  await annotate(place.rest, wait);
  await makeKeys(place.rest);
  const { receipt } = (await place.rest.send<Deleted>('DELETE', '/visitors/user:gone')).data;
  return { ...place, erasureId: receipt.id };
}

interface Deleted {
  readonly receipt: { readonly id: string };
}

const ROUNDS = 4;

/** What every workspace has, so that each kind of thing can be asked for: Ann came as `x1` and `x2` before she was Ann. */
const PROLOGUE: readonly (readonly object[])[] = [
  [
    { type: 'session', action: 'start', anonymousId: 'x1', sessionId: 's1', page: '/?utm_source=mail' },
    { type: 'page', anonymousId: 'x1', sessionId: 's1', url: '/pricing', title: 'Pricing' },
    { type: 'track', anonymousId: 'x2', name: 'looked', properties: { at: 'shoes' } },
  ],
  [
    { type: 'identify', userId: 'ann', traits: { name: 'Ann', email: 'ann@example.com', plan: 'free' } },
    { type: 'identify', userId: 'bob', traits: { name: 'Bob', email: 'ann@example.com', company: 'Acme' } },
    { type: 'track', userId: 'ann', name: 'bought', properties: { amount: 9.5 } },
  ],
  [
    { type: 'identify', userId: 'ann', anonymousId: 'x1' },
    { type: 'alias', userId: 'ann', previousId: 'x2' },
    { type: 'group', userId: 'ann', groupId: 'Acme', traits: { name: 'Acme Inc', seats: 5 } },
    { type: 'track', userId: 'null', name: 'refused' },
    { type: 'track', anonymousId: 'x3', name: 'looked' },
    { type: 'identify', userId: 'gone', anonymousId: 'x0', traits: { name: 'Nobody' } },
  ],
];

function anyItem(random: Random): object {
  const user = { userId: random.of(['ann', 'bob', 'cas', 'dan']) };
  const anonymous = { anonymousId: random.of(['x1', 'x3', 'x4', 'x5', 'x6']) };
  const who = random.chance(0.5) ? user : anonymous;
  const sessionId = random.of(['s1', 's2', 's3']);
  const traits = {
    name: random.of(['Ann', 'Cas van D', 'Ünsal', null]),
    email: random.of(['cas@example.com', 'dan@example.org', null]),
    plan: random.of(['free', 'premium', 3]),
    createdAt: random.of(['2024-01-01', null]),
  };
  return random.of([
    { type: 'identify', ...user, ...(random.chance(0.5) && anonymous), traits },
    { type: 'update', ...who, traits: { seats: random.below(10), nested: { deep: random.below(3) } } },
    {
      type: 'track',
      ...who,
      sessionId,
      name: random.of(['bought', 'looked', 'left']),
      properties: { n: random.next() },
    },
    { type: 'page', ...who, sessionId, url: random.of(['/', '/a?utm_medium=x', 'https://www.example.com/b']) },
    { type: 'session', action: random.of(['start', 'heartbeat', 'end']), ...anonymous, sessionId },
    { type: 'group', ...user, groupId: random.of(['Acme', 'Umbrella']) },
    { type: 'alias', ...user, previousId: anonymous.anonymousId },
    random.of([
      { type: 'track', userId: 'undefined', name: 'x' },
      { type: 'page', ...who, url: 'ftp://x' },
      { type: 'unheard-of', ...who },
    ]),
  ]);
}

/** Refusals are part of the history: a merge of one person with itself changes nothing in any twin. */
async function anyEdit(rest: RestClient, random: Random): Promise<void> {
  const anonymous = `anon:${random.of(['x3', 'x4', 'x5', 'x6'])}`;
  const user = `user:${random.of(['ann', 'bob', 'cas'])}`;
  const choice = random.below(4);
  if (choice === 0) await rest.put(`/visitors/${user}`, { attributes: { vip: random.chance(0.5) }, phone: '+1' });
  if (choice === 1) await rest.post('/visitors/merge', { sourceVisitorId: anonymous, targetVisitorId: user });
  if (choice !== 2) return;
  const merges = await undoable(rest, random.of(['user:bob', 'user:cas']));
  if (merges.length > 0) await rest.post(`/visitors/merges/${random.of(merges).id}/undo`, {});
}

/** Ann's stay, because the tests ask for who she was. */
async function undoable(rest: RestClient, user: string): Promise<readonly { readonly id: string }[]> {
  const answer = await rest.get<readonly { readonly id: string }[]>(`/visitors/${user}/merges`);
  return answer.status === 200 ? answer.data : [];
}

/** Tags and notes of Ann: enough notes for a second page, one of them changed. */
async function annotate(rest: RestClient, wait: () => void): Promise<void> {
  for (const tag of ['VIP', 'beta']) await rest.post('/visitors/user:ann/tags', { tag });
  for (const body of ['Called.', 'Wrote.', 'Came by.', 'Bought.']) {
    const { data } = await rest.post<{ readonly id: string }>('/visitors/user:ann/notes', { body });
    wait();
    if (body === 'Wrote.') await rest.put(`/visitors/user:ann/notes/${data.id}`, { body: 'Wrote twice.' });
  }
}

/** Ann asked and was answered, before and after she was Ann; Bob was written to, and said nothing. */
async function talk(rest: RestClient, wait: () => void): Promise<void> {
  const texts = ['Where is my order?', 'Hello?', 'https://www.example.com/receipt.pdf'];
  for (const visitorId of ['user:ann', 'anon:x3', 'user:bob']) {
    const message = { body: `Hello ${visitorId}` };
    const { data } = await rest.post<{ readonly id: string }>('/conversations', {
      visitorId,
      subject: 'Hello',
      message,
    });
    wait();
    if (visitorId === 'user:bob') continue;
    for (const [index, body] of texts.entries()) {
      const author = { kind: 'visitor' };
      await rest.post(`/conversations/${data.id}/messages`, { body, author, type: index === 2 ? 'file' : 'text' });
      wait();
    }
    await rest.post(`/conversations/${data.id}/messages`, {
      body: 'Here it is',
      author: { kind: 'bot', name: 'Robo' },
    });
    wait();
  }
  const [last] = (await rest.get<readonly { readonly id: string }[]>('/conversations?visitorId=user:bob')).data;
  await rest.put(`/conversations/${last?.id}`, { status: 'closed' });
}

async function makeKeys(rest: RestClient): Promise<void> {
  const made = { kind: 'publishable', name: 'Shop', origins: ['https://www.example.com'] };
  const { data } = await rest.post<{ readonly id: string }>('/keys', made);
  await rest.post(`/keys/${data.id}/rotate`, { overlapSeconds: 60 });
  const old = await rest.post<{ readonly id: string }>('/keys', { kind: 'secret', name: 'Old', scopes: ['admin'] });
  await rest.send('DELETE', `/keys/${old.data.id}`);
}
