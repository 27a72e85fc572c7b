/** Anonymizing: what stays of a person, what goes, what is replaced in texts, and what is received afterwards. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Forbidden, NotFound, OnLegalHold } from '../../src/errors.ts';
import { fromWire } from '../../src/ids.ts';
import { sql } from '../../src/infra/sql.ts';
import { anonymizeVisitor } from '../../src/services/anonymize.ts';
import { type Claim, claimKey, storeAnswer } from '../../src/services/idempotency.ts';
import { setHold } from '../../src/services/legal-hold.ts';
import { addNote } from '../../src/services/note.ts';
import { getNotes } from '../../src/services/note-list.ts';
import { addTag } from '../../src/services/tag.ts';
import { type Desk, openDesk } from '../identity/desk.ts';
import { createWorld, type World } from '../support/world.ts';

let world: World;
let desk: Desk;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  desk = await openDesk(world);
});

const ANONYMOUS = 'a3f1c2d4e5b6a7980011223344556677';
const AGENT =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';
const context = { userAgent: AGENT, country: 'DE', city: 'Kiel', timezone: 'Europe/Berlin' };

const anonymize = (ref: string, dryRun?: boolean) =>
  anonymizeVisitor(desk.ctx, ref, dryRun === undefined ? {} : { dryRun });

/** Somebody of whom there is something of every kind. */
async function john(): Promise<string> {
  await desk.track({ anonymousId: ANONYMOUS }, 'looked', { sessionId: 's-john', context, properties: { by: 'John' } });
  const [url, referrer] = ['/users/user_9/home?email=john@example.com#top', 'https://mail.example/john'];
  await desk.send({
    ...{ type: 'page', anonymousId: ANONYMOUS, sessionId: 's-john', url, referrer },
    ...{ page: 'Home of John', title: 'John Doe' },
  });
  await desk.identify('user_9', ANONYMOUS, {
    ...{ name: 'John Doe', email: 'john@example.com', phone: '+1 (234) 567-890' },
    ...{ plan: 'premium', company: 'Acme' },
  });
  await desk.edit('user:user_9', { name: 'Johnny Doe' });
  const id = await desk.id('user:user_9');
  const record = fromWire('visitor', id);
  const { workspaceId } = desk.ctx.caller;
  const conversation = world.ids.uuid();
  await world.db.run(sql`/* test.conversation */
    INSERT INTO conversation (workspace_id, id, record_id, subject, created_at, last_message_at)
    VALUES (${workspaceId}::uuid, ${conversation}::uuid, ${record}::uuid, 'Help for Johnny', now(), now())`);
  await world.db.run(sql`/* test.message */
    INSERT INTO message (workspace_id, id, conversation_id, author, type, body, sent_at)
    VALUES (${workspaceId}::uuid, ${world.ids.uuid()}::uuid, ${conversation}::uuid, 'visitor', 'text',
      'I am JOHN, call 1234567890', now())`);
  await addNote(desk.ctx, id, { body: 'doe pays via JOHN%40example.com' });
  for (const tag of ['vip', 'user_9']) await addTag(desk.ctx, id, { tag });
  return id;
}

describe('what is left', () => {
  it('is the id, the country, browser and OS without versions, seen times, counts and tags', async () => {
    const id = await john();
    const before = await desk.reply(id);
    await anonymize(id);
    const { visitor, etag } = await desk.reply(id);
    expect(visitor).toMatchObject({
      ...{ id, name: null, email: null, phone: null, avatarUrl: null, userId: null, company: null, device: null },
      ...{ attributes: {}, identified: false, known: false, displayName: `Anonymous ${id.slice(-4)}` },
      browser: { name: before.visitor.browser.name, version: null },
      os: { name: before.visitor.os.name, version: null },
      location: { country: 'DE', city: null, timezone: null },
      tags: ['[removed]', 'vip'],
    });
    for (const kept of ['firstSeenAt', 'lastSeenAt', 'eventCount', 'sessionCount'] as const) {
      expect(visitor[kept]).toBe(before.visitor[kept]);
    }
    expect(before.visitor.browser).toMatchObject({ name: expect.any(String), version: expect.any(String) });
    expect(etag).not.toBe(before.etag);
    await expect(desk.visitor('user:user_9')).rejects.toThrow(NotFound);
  });

  it('are texts in which the person is not named', async () => {
    await anonymize(await john());
    const { workspaceId } = desk.ctx.caller;
    const rows = await world.db.rows<{ text: string | null }>(sql`/* test.texts */
      SELECT subject AS text FROM conversation WHERE workspace_id = ${workspaceId}::uuid
      UNION ALL SELECT body FROM message WHERE workspace_id = ${workspaceId}::uuid
      UNION ALL SELECT body FROM note WHERE workspace_id = ${workspaceId}::uuid
      UNION ALL SELECT url FROM page_view WHERE workspace_id = ${workspaceId}::uuid
      UNION ALL SELECT page FROM page_view WHERE workspace_id = ${workspaceId}::uuid
      UNION ALL SELECT title FROM page_view WHERE workspace_id = ${workspaceId}::uuid
      UNION ALL SELECT landing_url FROM session WHERE workspace_id = ${workspaceId}::uuid
      UNION ALL SELECT properties::text FROM event WHERE workspace_id = ${workspaceId}::uuid`);
    expect(rows.map(({ text }) => text)).toEqual([
      'Help for [removed]',
      'I am [removed], call [removed]',
      '[removed] pays via [removed]',
      '/users/[removed]/home',
      'Home of [removed]',
      null,
      '/users/[removed]/home',
      '{}',
    ]);
  });
});

it('is told beforehand exactly as it is done, and the telling changes nothing', async () => {
  const id = await john();
  const before = await desk.reply(id);
  const dry = await anonymize(id, true);
  expect(await desk.reply(id)).toEqual(before);
  expect(await anonymize(id)).toEqual(dry);
  expect(dry.replaced).toMatchObject({ identifiers: 2, events: 1, pageViews: 1, sessions: 1, edits: 1, tags: 1 });
  expect(dry.replaced).toMatchObject({ conversations: 1, messages: 1, notes: 1 });
});

it('replaces nothing more when it is done again', async () => {
  const id = await john();
  await anonymize(id);
  const { replaced } = await anonymize(id);
  expect(Object.values(replaced).filter((count) => count > 0)).toEqual([]);
});

it('suppresses older items of their ids, and makes a new visitor of later ones', async () => {
  const id = await john();
  const { lastSeenAt: timestamp } = await desk.visitor(id);
  await anonymize(id);
  const late = { type: 'track', name: 'late', timestamp };
  const results = await desk.submit({ ...late, anonymousId: ANONYMOUS }, { ...late, userId: 'user_9' });
  expect(results.map(({ status }) => status)).toEqual(['suppressed', 'suppressed']);
  world.clock.advance(1_000);
  await desk.track({ userId: 'user_9' }, 'back');
  expect(await desk.id('user:user_9')).not.toBe(id);
  const [named] = await desk.submit({ type: 'track', name: 'named', visitorId: id });
  expect(named?.status).toBe('suppressed');
});

it('leaves merges that can be undone, with both sides anonymized', async () => {
  await desk.identify('ann_1', undefined, { name: 'Ann Ott' });
  await desk.identify('bob_1', undefined, { name: 'Bob Ott' });
  const [ann, bob] = [await desk.id('user:ann_1'), await desk.id('user:bob_1')];
  const { merge } = await desk.merge('user:bob_1', 'user:ann_1', { allowIdentified: true });
  await anonymize(ann);
  await desk.undo(merge.id);
  for (const id of [ann, bob]) expect(await desk.visitor(id)).toMatchObject({ id, name: null, identified: false });
});

it('leaves the name of somebody they were merged with by mistake', async () => {
  await desk.identify('ann_2', undefined, { name: 'Ann Ott' });
  await desk.identify('bob_2', undefined, { name: 'Bob Stone' });
  const ann = await desk.id('user:ann_2');
  const wishes = { allowIdentified: true, overrides: { name: 'Bob Stone' } };
  const { merge } = await desk.merge('user:bob_2', 'user:ann_2', wishes);
  await desk.undo(merge.id);
  const { note } = await addNote(desk.ctx, ann, { body: 'Ann says that Bob Stone pays' });
  await anonymize(ann);
  expect((await getNotes(desk.ctx, [note.id ?? ''])).map(({ body }) => body)).toEqual([
    '[removed] says that Bob Stone pays',
  ]);
});

it('is refused on legal hold, for strangers and without the scope', async () => {
  const id = await john();
  const { caller } = desk.ctx;
  await setHold(desk.ctx, id, true);
  for (const dryRun of [true, false]) await expect(anonymize(id, dryRun)).rejects.toThrow(OnLegalHold);
  await expect(anonymize('user:nobody')).rejects.toThrow(NotFound);
  const reader = { ...desk.ctx, caller: { ...caller, scopes: new Set(['visitors:write'] as const) } };
  await expect(anonymizeVisitor(reader, id, {})).rejects.toThrow(Forbidden);
});

it('loses nothing that is received meanwhile: it is anonymized too, suppressed, or of a new visitor', async () => {
  const id = await john();
  const sent = Array.from({ length: 20 }, (_, i) =>
    desk.submit({ type: 'track', name: 'meanwhile', userId: 'user_9', properties: { secret: `s${i}` } }),
  );
  const [, ...results] = await Promise.all([anonymize(id), ...sent]);
  expect(results.flat().every(({ status }) => status === 'accepted' || status === 'suppressed')).toBe(true);
  const [left] = await world.db.rows<{ count: number }>(sql`/* test.left */
    SELECT count(*)::int AS count FROM event
    WHERE workspace_id = ${desk.ctx.caller.workspaceId}::uuid AND record_id = ${fromWire('visitor', id)}::uuid
      AND properties <> '{}'::jsonb`);
  expect(left?.count).toBe(0);
});

describe('an answer that is under way', () => {
  it('is not kept for repeats once its person was anonymized: it may hold what they were', async () => {
    const id = await john();
    const claim = (await claimKey(desk.ctx, 'edit-1', { edit: true })) as Claim;
    await anonymize(id);
    await storeAnswer(desk.ctx, claim, { status: 200, body: { data: { name: 'John Doe' } }, headers: {} });
    const kept = await world.db.rows(sql`/* test.answers */
      SELECT body FROM idempotency WHERE workspace_id = ${desk.ctx.caller.workspaceId}::uuid`);
    expect(kept).toEqual([]);
  });
});
