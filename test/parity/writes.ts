/** Every write, as one row for all doors. Twins of one workspace get it, each through another door. */
import {
  AT,
  addNote,
  addTag,
  anonymize,
  batch,
  createKey,
  deleteNote,
  dismiss,
  edit,
  erase,
  hold,
  markRead,
  merge,
  removeTag,
  revoke,
  rotate,
  rotateSecret,
  send,
  sendMessage,
  startConversation,
  undo,
  unsuppress,
  updateConversation,
  updateNote,
  updateRetention,
  updateSettings,
  verify,
  visitorToken,
  type WriteRoute,
} from './askings.ts';
import type { Asking } from './doors.ts';
import type { Place } from './workspace.ts';

/** One write. */
export interface Write {
  readonly what: string;
  readonly route: WriteRoute;
  /** Parameters of the query that this row tries. */
  readonly tries?: readonly string[];
  /** Looks up in the twin what only it can tell, e.g. the id of a merge. */
  ask(twin: Place): Asking | Promise<Asking>;
}

/** Id of the key that was made under this name and still works. */
export async function keyId({ client }: Place, name: string): Promise<string> {
  const { items } = await client.keys.list({ limit: 100 }).page();
  return items.find((key) => key.name === name && key.revokedAt === null && key.expiresAt === null)?.id ?? '';
}

/** Id of Ann's newest merge in force. */
export async function mergeId({ client }: Place): Promise<string> {
  const { items } = await client.merges.list('user:ann').page();
  return items.find(({ undoneAt }) => undoneAt === null)?.id ?? '';
}

/** Id of Ann's newest note. */
async function noteId({ client }: Place): Promise<string> {
  return (await client.notes.list('user:ann').page()).items[0]?.id ?? '';
}

/** Ann's id before she was merged into who she is. */
async function mergedAway({ client }: Place): Promise<string> {
  return (await client.visitors.get('user:ann')).mergedFrom[0] ?? '';
}

/** Id of Ann's only conversation. */
export async function conversationId({ client }: Place): Promise<string> {
  return (await client.visitors.conversations('user:ann').page()).items[0]?.id ?? '';
}

/** Ids of its messages, oldest first. */
async function messageIds(twin: Place): Promise<string[]> {
  const { items } = await twin.client.conversations.messages(await conversationId(twin)).page();
  return items.map(({ id }) => id);
}

async function suggestionId({ client }: Place): Promise<string> {
  return (await client.mergeSuggestions.list().page()).items.at(-1)?.id ?? '';
}

const etagOf = async ({ client }: Place, id: string) => (await client.visitors.get(id).withResponse()).etag ?? '';
/** NUL is what the store cannot hold: it is taken out, and the caller told. */
const UNCLEAN = 'Ann\0e';
/** An anonymousId that could be random. */
const STRONG = '5f0c8a52-6f5e-4b53-9d0e-5a4c1d9b7e21';
const FRESH = { sourceVisitorId: 'anon:fresh', targetVisitorId: 'user:ann' };

/** Somebody nobody has heard of, to be merged. */
async function withFresh(twin: Place, more: object): Promise<Asking> {
  await twin.client.events.track({ anonymousId: 'fresh', name: 'looked', messageId: 'f', timestamp: AT.timestamp });
  await twin.client.visitors.update({ anonymousId: 'fresh', traits: { name: 'F' }, ...AT, messageId: 'g' });
  return merge({ ...FRESH, ...more });
}

const row = (what: string, ask: Write['ask'], route: Write['route']): Write => ({ what, route, ask });

/** All of them. */
export const WRITES: readonly Write[] = [
  row(
    'a new user',
    () => send('identify', { userId: 'eve', anonymousId: 'x9', traits: { name: 'Eve', company: 'Acme' } }),
    'identify',
  ),
  row('an anonymous visitor who is a user', () => send('identify', { userId: 'ann', anonymousId: 'x9' }), 'identify'),
  row('traits', () => send('update', { userId: 'ann', traits: { plan: null, seats: 7, phone: '+4930' } }), 'update'),
  row(
    'an event',
    () => send('track', { userId: 'ann', name: 'paid', properties: { amount: 1.5, at: UNCLEAN } }),
    'track',
  ),
  row('an event again', () => send('track', { userId: 'ann', name: 'paid', messageId: 'm1' }), 'track'),
  row(
    'a page view with its surroundings',
    () =>
      send('page', { anonymousId: 'x3', sessionId: 's9', url: '/z?utm_source=s', context: { timezone: 'Asia/Tokyo' } }),
    'page',
  ),
  row(
    'a batch of good and bad',
    () =>
      batch([
        { ...AT, type: 'session', action: 'start', sessionId: 's8', userId: 'ann' },
        { ...AT, messageId: 'b2', type: 'track', userId: 'undefined', name: 'x' },
        { ...AT, messageId: 'b3', type: 'group', userId: 'ann', groupId: 'Globex', traits: { name: 'Globex Corp' } },
        { ...AT, messageId: 'b4', type: 'alias', userId: 'bob', previousId: 'x4' },
        { ...AT, messageId: 'b5', type: 'page', userId: 'ann', url: 'ftp://x' },
        { ...AT, messageId: 'm1', type: 'track', userId: 'ann', name: 'again' },
        { ...AT, messageId: 'b6', type: 'track', visitorId: 'user:ann', name: UNCLEAN },
        { ...AT, messageId: 'b7', type: 'update', userId: 'ann', traits: { k: 'v'.repeat(8193) } },
      ]),
    'batch',
  ),
  row(
    'an edit',
    () =>
      edit('user:ann', {
        name: null,
        email: 'new@example.com',
        attributes: { plan: null, tier: 'gold' },
        company: 'Globex',
      }),
    'editVisitor',
  ),
  row('an edit with a text that is mended', () => edit('anon:x1', { name: UNCLEAN }), 'editVisitor'),
  row(
    'an edit of what was read',
    async (twin) => edit('user:ann', { phone: '+1' }, await etagOf(twin, 'user:ann')),
    'editVisitor',
  ),
  row('a tag', () => addTag('user:ann', 'Big  Spender'), 'addTag'),
  row('a tag again, in another spelling', () => addTag('user:ann', 'Vip'), 'addTag'),
  row('a tag that is mended, of an id merged away', async (twin) => addTag(await mergedAway(twin), UNCLEAN), 'addTag'),
  row('a tag taken away', () => removeTag('user:ann', 'Vip'), 'removeTag'),
  row('a note', () => addNote('anon:x1', 'Likes <b>shoes</b>.\n\nAnd hats.'), 'addNote'),
  row(
    'a note that is mended, of an id merged away',
    async (twin) => addNote(await mergedAway(twin), UNCLEAN),
    'addNote',
  ),
  row('a note written anew', async (twin) => updateNote('user:ann', await noteId(twin), 'Bought shoes.'), 'updateNote'),
  row('the end of a note', async (twin) => deleteNote('user:ann', await noteId(twin)), 'deleteNote'),
  row('a plan', (twin) => withFresh(twin, { dryRun: true, overrides: { phone: '+2' } }), 'mergeVisitors'),
  row(
    'the merge that was planned',
    async (twin) => {
      await withFresh(twin, {});
      const { merge: plan } = await twin.client.visitors.merge({ ...FRESH, dryRun: true });
      return merge({ ...FRESH, planHash: plan.planHash });
    },
    'mergeVisitors',
  ),
  row('a merge with overrides', (twin) => withFresh(twin, { overrides: { name: UNCLEAN } }), 'mergeVisitors'),
  row(
    'a merge of two users',
    () => merge({ sourceVisitorId: 'user:bob', targetVisitorId: 'user:ann', allowIdentified: true }),
    'mergeVisitors',
  ),
  row('the undoing of a merge', async (twin) => undo(await mergeId(twin)), 'undoMerge'),
  row('what anonymizing would replace', () => anonymize('user:ann', { dryRun: true }), 'anonymizeVisitor'),
  row('anonymizing', () => anonymize('user:ann'), 'anonymizeVisitor'),
  row(
    'a conversation with a user',
    () =>
      // In the order of the schema, which is that of what is mended.
      startConversation({
        author: { name: UNCLEAN },
        message: { body: `Hello${UNCLEAN}` },
        subject: UNCLEAN,
        visitorId: 'anon:x2',
      }),
    'startConversation',
  ),
  row(
    'a conversation of a visitor nobody heard of',
    async ({ client }) => {
      const { token } = await client.visitors.token({ anonymousId: STRONG });
      return startConversation({ token, message: { body: 'Anybody there?' } });
    },
    'startConversation',
  ),
  row(
    'an answer by a program',
    async (twin) => sendMessage(await conversationId(twin), { body: UNCLEAN, author: { kind: 'bot', name: 'Robo' } }),
    'sendMessage',
  ),
  row(
    'an image on behalf of the visitor',
    async (twin) =>
      sendMessage(await conversationId(twin), {
        body: 'https://www.example.com/a.png',
        type: 'image',
        author: { kind: 'visitor' },
      }),
    'sendMessage',
  ),
  row('everything read', async (twin) => markRead(await conversationId(twin)), 'markRead'),
  row(
    'the first question read',
    async (twin) => markRead(await conversationId(twin), { upTo: (await messageIds(twin))[1] ?? '' }),
    'markRead',
  ),
  row(
    'a conversation closed and renamed',
    async (twin) => updateConversation(await conversationId(twin), { status: 'closed', subject: UNCLEAN }),
    'updateConversation',
  ),
  row(
    'a conversation without its subject',
    async (twin) => updateConversation(await conversationId(twin), { subject: null }),
    'updateConversation',
  ),
  row('the end of a suggestion', async (twin) => dismiss(await suggestionId(twin)), 'dismissSuggestion'),
  row('a secret key', () => createKey({ kind: 'secret', name: UNCLEAN, scopes: ['visitors:read'] }), 'createKey'),
  row(
    'a publishable key',
    () => createKey({ kind: 'publishable', name: 'P', origins: ['https://a.example'] }),
    'createKey',
  ),
  row(
    'a key in place of another',
    async (twin) => rotate(await keyId(twin, 'Shop'), { overlapSeconds: 60 }),
    'rotateKey',
  ),
  row('a key in place of another, in its usual time', async (twin) => rotate(await keyId(twin, 'Shop')), 'rotateKey'),
  row('the end of a key', async (twin) => revoke(await keyId(twin, 'Shop')), 'revokeKey'),
  row('a secret to prove userIds with', () => rotateSecret({ overlapSeconds: 60 }), 'rotateIdentitySecret'),
  row(
    'a demand for proof',
    async ({ client }) => {
      await client.settings.rotateIdentitySecret();
      return updateSettings({ identityVerification: 'enforce' });
    },
    'updateSettings',
  ),
  row('a time to keep events for', () => updateRetention({ events: 365, visitors: null }), 'updateRetention'),
  row(
    'a time to keep all for, tried',
    () => updateRetention({ events: 1, sessions: 1, dryRun: true }),
    'updateRetention',
  ),
  row('the end of somebody', () => erase('anon:x2'), 'deleteVisitor'),
  { ...row('what the end of somebody would take', () => erase('user:ann', true), 'deleteVisitor'), tries: ['dryRun'] },
  row('a hold on somebody', () => hold('anon:x1', true), 'setHold'),
  row(
    'the end of a hold',
    async ({ client }) => {
      await client.visitors.setHold('user:ann', true);
      return hold('anon:x1', false);
    },
    'setHold',
  ),
  row('a look at the chain of receipts', () => verify(), 'verifyErasures'),
  row(
    'a receipt that was kept',
    async ({ client, erasureId = '' }) => verify((await client.erasures.get(erasureId)).receipt ?? undefined),
    'verifyErasures',
  ),
  row(
    'a receipt that was changed',
    async ({ client, erasureId = '' }) => {
      const { receipt } = await client.erasures.get(erasureId);
      return verify({ ...receipt, deletedAt: AT.timestamp });
    },
    'verifyErasures',
  ),
  row('the return of somebody', ({ erasureId = '' }) => unsuppress(erasureId), 'unsuppressErasure'),
  row('a token for a visitor', () => visitorToken({ anonymousId: STRONG, userId: 'ann' }), 'issueVisitorToken'),
];
