/** A person with something of everything, each written value holding a canary of its own. */
import { randomBytes } from 'node:crypto';
import type { VisitorExport } from '../../src/contract/export.ts';
import { fromWire, type Uuid } from '../../src/ids.ts';
import { sql } from '../../src/infra/sql.ts';
import type { TestServer } from '../support/http.ts';
import type { TestWorkspace } from '../support/world.ts';

/** A unique string by what it was planted in: small letters and digits, so that folding leaves it as it is. */
export const canary = (name: string) => `canary${name.toLowerCase()}x`;

/** Who was built. */
export interface Somebody {
  readonly workspace: TestWorkspace;
  readonly key: string;
  /** The survivor's id. */
  readonly id: string;
  readonly recordId: Uuid;
  /** An id that leads to them. */
  readonly mergedAway: string;
}

/** Small enough for the longest padding. */
const BATCH = 200;
const ANONYMOUS = canary('anonymous');
const USER = canary('user');
const TIME = '2026-01-15T09:00:00.000Z';

/** @param events more tracked events, one a second. @param padding characters of chance in each of them. */
export async function somebody(server: TestServer, events = 0, padding = 0): Promise<Somebody> {
  const workspace = await server.world.workspace();
  const key = workspace.keys.secretKey ?? '';
  const call = async (method: 'POST' | 'PUT', path: string, body: unknown) => {
    const answer = await server.call(key, method, path, body);
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
    return answer.body.data;
  };
  const context = {
    userAgent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) Chrome/120.0.0.0',
    timezone: 'Europe/Berlin',
  };
  const traits = {
    name: canary('oldname'),
    email: `${canary('email')}@example.com`,
    phone: canary('phone'),
    avatar: `https://example.com/${canary('avatar')}`,
    company: { id: canary('company'), name: 'Acme' },
    plan: canary('attribute'),
  };
  await call('POST', '/batch', {
    items: [
      {
        type: 'page',
        anonymousId: ANONYMOUS,
        sessionId: canary('session'),
        timestamp: TIME,
        context,
        url: `https://example.com/?utm_source=${canary('utm')}&x=${canary('url')}`,
        title: canary('title'),
        page: canary('page'),
        referrer: `https://elsewhere.example/${canary('referrer')}`,
      },
      {
        type: 'track',
        anonymousId: ANONYMOUS,
        name: 'ordered',
        timestamp: TIME,
        properties: { what: canary('property') },
      },
      { type: 'identify', userId: USER, anonymousId: ANONYMOUS, timestamp: TIME, traits },
      { type: 'track', anonymousId: 'another-browser', name: 'looked', timestamp: TIME },
    ],
  });
  for (let at = 0; at < events; at += BATCH) {
    const items = Array.from({ length: Math.min(BATCH, events - at) }, (_, i) => event(at + i, padding));
    await call('POST', '/batch', { items });
  }
  const { visitor } = await call('POST', '/visitors/merge', {
    sourceVisitorId: 'anon:another-browser',
    targetVisitorId: `user:${USER}`,
    overrides: { attributes: { mergedTo: canary('override') } },
  });
  const { data } = (await server.call(key, 'GET', '/visitors/anon:another-browser')).body;
  await call('PUT', `/visitors/${visitor.id}`, { name: canary('name'), attributes: { edited: canary('edit') } });
  const recordId = fromWire('visitor', visitor.id) ?? '';
  await write(workspace, recordId);
  return { workspace, key, id: data.id, recordId, mergedAway: visitor.mergedFrom[0] };
}

function event(i: number, padding: number) {
  const timestamp = new Date(Date.parse(TIME) - 1000 * (1 + i)).toISOString();
  return {
    type: 'track',
    userId: USER,
    name: 'clicked',
    timestamp,
    properties: { i, pad: randomBytes(padding / 2).toString('hex') },
  };
}

/** What has services of its own, as they store it. */
async function write({ db, ids, caller }: TestWorkspace, recordId: Uuid): Promise<void> {
  const by = JSON.stringify(caller.by);
  const [conversation, w] = [ids.uuid(), caller.workspaceId];
  await db.run(sql`/* test.conversation */
    INSERT INTO conversation (workspace_id, id, record_id, subject, created_at, last_message_at, message_count)
    VALUES (${w}::uuid, ${conversation}::uuid, ${recordId}::uuid, ${canary('subject')}, ${TIME}::timestamptz, ${TIME}::timestamptz, 2)`);
  await db.run(sql`/* test.messages */
    INSERT INTO message (workspace_id, id, conversation_id, author, author_name, by, type, body, sent_at)
    VALUES (${w}::uuid, ${ids.uuid()}::uuid, ${conversation}::uuid, 'visitor', NULL, NULL, 'text', ${canary('message')}, ${TIME}::timestamptz),
      (${w}::uuid, ${ids.uuid()}::uuid, ${conversation}::uuid, 'agent', 'Ann', ${by}::jsonb, 'text', 'Hello', ${TIME}::timestamptz)`);
  await db.run(sql`/* test.tag */
    INSERT INTO visitor_tag (workspace_id, record_id, tag, created_at, by)
    VALUES (${w}::uuid, ${recordId}::uuid, ${canary('tag')}, ${TIME}::timestamptz, ${by}::jsonb)`);
  await db.run(sql`/* test.profile_tags */
    UPDATE profile SET tags = ARRAY[${canary('tag')}] WHERE workspace_id = ${w}::uuid AND id = ${recordId}::uuid`);
  await db.run(sql`/* test.note */
    INSERT INTO note (workspace_id, id, record_id, body, created_at, by)
    VALUES (${w}::uuid, ${ids.uuid()}::uuid, ${recordId}::uuid, ${canary('note')}, ${TIME}::timestamptz, ${by}::jsonb)`);
  await db.run(sql`/* test.hold */
    INSERT INTO legal_hold (workspace_id, record_id, placed_at, by)
    VALUES (${w}::uuid, ${recordId}::uuid, ${TIME}::timestamptz, ${by}::jsonb)`);
}

/** What an export as JSON says. */
export function parsed(text: string): VisitorExport {
  return JSON.parse(text).data;
}
