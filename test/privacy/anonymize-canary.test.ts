/** Whatever was sent about somebody who was anonymized is in no column of any table, except where it is to stay. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from '../../src/infra/sql.ts';
import { anonymizeVisitor } from '../../src/services/anonymize.ts';
import { startConversation } from '../../src/services/conversation-start.ts';
import { sendMessage } from '../../src/services/message.ts';
import { addNote } from '../../src/services/note.ts';
import { addTag } from '../../src/services/tag.ts';
import { type Desk, openDesk } from '../identity/desk.ts';
import { createWorld, type World } from '../support/world.ts';

let world: World;
let desk: Desk;
beforeAll(async () => {
  world = await createWorld();
  desk = await openDesk(world);
});
afterAll(() => world.close());

/** Every column of every table is searched, several times. */
const SLOW_MS = 120_000;
/** Begins every planted text, so that one search finds them all. */
const CANARY = 'zqcanary';
const EMAIL = `${CANARY}mail@example.com`;
const ENCODED = encodeURIComponent(EMAIL);
const [USER, OTHER_USER, ANONYMOUS] = [`${CANARY}user1`, `${CANARY}user2`, `${CANARY}anon5e0c7b1d4a9f4f3e`];
const TRAITS = {
  ...{ name: `${CANARY}first ${CANARY}last`, email: EMAIL, phone: '+49 (170) 5550-9876' },
  ...{ avatarUrl: `https://cdn.example/${CANARY}.png`, nick: `${CANARY}nick`, deep: { er: [`${CANARY}deep`] } },
};

/** Every `table.column` in which the pattern is found, of the workspace's rows. */
async function found(pattern: string): Promise<string[]> {
  const columns = await world.db.rows<{ place: string }>(sql`/* test.found */
    SELECT DISTINCT c.table_name || '.' || c.column_name AS place
    FROM information_schema.columns c
    JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
    WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
      AND (xpath('/table/row/hit/text()', query_to_xml(format(
        'SELECT count(*) AS hit FROM %I.%I WHERE %I::text ~* %L', c.table_schema, c.table_name, c.column_name, ${pattern}::text),
        false, false, '')))[1]::text::int > 0
    ORDER BY 1`);
  return columns.map(({ place }) => place);
}

/** A value in every place that can be written, in two records and a merge between them. */
async function plant(): Promise<string> {
  const utm = `utm_source=${CANARY}source&utm_campaign=${CANARY}campaign`;
  const context = {
    ...{
      ip: '203.0.113.77',
      locale: `${CANARY}locale`,
      userAgent: `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.9.7531.42 Safari/537.36`,
    },
    ...{ city: `${CANARY}city`, country: 'DE', timezone: 'Europe/Berlin' },
  };
  const item = { messageId: `${CANARY}message`, sessionId: `${CANARY}session`, context };
  await desk.send({
    type: 'track',
    ...item,
    name: 'bought',
    anonymousId: ANONYMOUS,
    properties: { a: `${CANARY}p` },
  });
  await desk.send({
    ...{ type: 'page', ...item, messageId: `${CANARY}page`, anonymousId: ANONYMOUS },
    url: `https://shop.example/u/${USER}/${ENCODED}?q=${CANARY}query&${utm}#${CANARY}fragment`,
    ...{ page: `Home of ${CANARY}first`, title: `${CANARY}title`, referrer: `https://from.example/${CANARY}referrer` },
  });
  await desk.identify(USER, ANONYMOUS, TRAITS);
  await desk.identify(OTHER_USER, undefined, { name: `${CANARY}second`, email: `${CANARY}two@example.com` });
  await desk.edit(`user:${USER}`, { name: `${CANARY}edited`, attributes: { nick: `${CANARY}nickedit` } });
  await desk.merge(`user:${OTHER_USER}`, `user:${USER}`, {
    allowIdentified: true,
    overrides: { name: `${CANARY}override` },
  });
  const id = await desk.id(`user:${USER}`);
  await plantTexts(id);
  return id;
}

async function plantTexts(id: string): Promise<void> {
  const bodies = [
    ...[`I am ${CANARY}first ${CANARY}last`, `mail ${EMAIL.toUpperCase()}, ${ENCODED}`, `${USER} or ${OTHER_USER}`],
    ...[`call 0049170 5550 9876 or +491705550-9876`, `once ${CANARY}second, ${CANARY}edited, ${CANARY}override`],
  ];
  const author = { kind: 'visitor' } as const;
  const [first = '', ...more] = bodies;
  const message = { body: first, type: 'text' } as const;
  const subject = `About ${CANARY}LAST`;
  const { id: conversation } = await startConversation(desk.ctx, { visitorId: id, subject, author, message });
  for (const body of more) await sendMessage(desk.ctx, conversation, { body, type: 'text', author });
  await addNote(desk.ctx, id, { body: `anon ${ANONYMOUS}` });
  await addTag(desk.ctx, id, { tag: EMAIL });
}

it(
  'leaves no planted value behind',
  async () => {
    const id = await plant();
    expect(await found(CANARY)).toEqual(
      expect.arrayContaining([
        'event.properties',
        'identifier.value',
        'merge.registers',
        'message.body',
        'session.utm',
      ]),
    );
    expect(await found('0049170 5550 9876')).toEqual(['message.body']);
    await anonymizeVisitor(desk.ctx, id, {});
    for (const pattern of [CANARY, '5550.?9876', '203\\.0\\.113\\.77', 'Europe/Berlin', '120\\.9']) {
      expect([pattern, await found(pattern)]).toEqual([pattern, []]);
    }
  },
  SLOW_MS,
);
