/**
 * What W1 is measured against: a service in thirty lines, as a good engineer writes it on a good day. Every request is
 * one prepared INSERT that commits by itself; no profiles, no counts, no sessions, no merging.
 * `/events` stores a message once; `/events-unchecked` has no index for that and stores what a client repeats again.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import Fastify from 'fastify';
import pg from 'pg';
import { uuidv7 } from 'uuidv7';

interface EventBody {
  readonly messageId: string;
  readonly userId: string;
  readonly name: string;
  readonly timestamp: string;
  readonly properties?: Record<string, unknown>;
}

const [url, pool = '20', key = ''] = process.argv.slice(2);
const db = new pg.Pool({ connectionString: url, max: Number(pool) });
const keyHash = createHash('sha256').update(key).digest();
const workspaceId = uuidv7();

for (const [table, unique] of [
  ['event', ', UNIQUE (workspace_id, message_id)'],
  ['event_unchecked', ''],
]) {
  await db.query(`CREATE TABLE IF NOT EXISTS ${table} (workspace_id uuid, id uuid, visitor text NOT NULL,
    message_id text NOT NULL, name text NOT NULL, timestamp timestamptz NOT NULL, properties jsonb NOT NULL,
    PRIMARY KEY (workspace_id, id)${unique})`);
  await db.query(`CREATE INDEX IF NOT EXISTS ${table}_by_visitor ON ${table} (workspace_id, visitor, timestamp)`);
}

const app = Fastify({ logger: false });
for (const [path, table] of [
  ['/events', 'event'],
  ['/events-unchecked', 'event_unchecked'],
] as const) {
  const text = `INSERT INTO ${table} (workspace_id, id, visitor, message_id, name, timestamp, properties)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`;
  app.post<{ Body: EventBody }>(path, async ({ headers, body }, reply) => {
    const hash = createHash('sha256').update(String(headers['x-api-key'])).digest();
    if (!timingSafeEqual(hash, keyHash)) return reply.code(401).send({ error: 'unknown key' });
    const { messageId, userId, name, timestamp, properties = {} } = body;
    if (!messageId || !userId || !name) return reply.code(400).send({ error: 'incomplete' });
    const values = [workspaceId, uuidv7(), userId, messageId, name, timestamp, JSON.stringify(properties)];
    const { rowCount } = await db.query({ name: table, text, values });
    return { data: { messageId, status: rowCount === 0 ? 'duplicate' : 'accepted' } };
  });
}

const address = await app.listen({ port: 0, host: '127.0.0.1' });
process.on('disconnect', () => process.exit());
process.send?.({ port: Number(new URL(address).port) });
