/**
 * What reads are measured against: the same rows by SQL written by hand, sent as they come. Knows no merged ids, no open
 * session, no filters and no scopes.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import Fastify, { type FastifyRequest } from 'fastify';
import pg from 'pg';

const [url, key = ''] = process.argv.slice(2);
const db = new pg.Pool({ connectionString: url });
const keyHash = createHash('sha256').update(key).digest();
const workspaceId = (await db.query('SELECT id FROM workspace')).rows[0].id;

const COLUMNS = `p.id, p.user_id, p.name, p.email, p.phone, p.avatar_url, p.attributes, p.location, p.browser, p.os,
  p.device, a.first_seen_at, a.last_seen_at, a.event_count, a.session_count, a.message_count, a.conversation_count,
  c.external_id AS company_external_id, c.name AS company_name
  FROM profile p JOIN profile_activity a ON a.workspace_id = p.workspace_id AND a.id = p.id
  LEFT JOIN company c ON c.workspace_id = p.workspace_id AND c.id = p.company_id`;

const app = Fastify({ logger: false });
app.addHook('onRequest', async ({ headers }: FastifyRequest, reply) => {
  const hash = createHash('sha256').update(String(headers['x-api-key'])).digest();
  if (!timingSafeEqual(hash, keyHash)) return reply.code(401).send({ error: 'unknown key' });
});
app.get<{ Params: { ref: string } }>('/api/support/visitors/:ref', async ({ params }, reply) => {
  const { rows } = await db.query({
    name: 'visitor',
    text: `SELECT ${COLUMNS}
      JOIN record r ON r.workspace_id = p.workspace_id AND r.canonical_id = p.id
      JOIN identifier i ON i.workspace_id = r.workspace_id AND i.record_id = r.id
      WHERE i.workspace_id = $1 AND i.kind = 'user' AND i.value = $2`,
    values: [workspaceId, params.ref.slice('user:'.length)],
  });
  return rows.length > 0 ? { data: rows[0] } : reply.code(404).send({ error: 'unknown visitor' });
});
app.get<{ Querystring: { search?: string } }>('/api/support/visitors', async ({ query }) => {
  const pattern = query.search === undefined ? null : `%${query.search.toLowerCase()}%`;
  const where = `p.workspace_id = $1${pattern ? ' AND (p.name_folded LIKE $2 OR p.email_folded LIKE $2)' : ''}`;
  const values = pattern ? [workspaceId, pattern] : [workspaceId];
  const order = 'a.last_seen_minute DESC, a.last_seen_at DESC, a.id DESC';
  const [{ rows }, total] = await Promise.all([
    db.query({ text: `SELECT ${COLUMNS} WHERE a.workspace_id = $1 AND ${where} ORDER BY ${order} LIMIT 20`, values }),
    db.query({ text: `SELECT count(*)::int AS total FROM profile p WHERE ${where}`, values }),
  ]);
  return { data: rows, meta: { total: total.rows[0].total } };
});

const address = await app.listen({ port: 0, host: '127.0.0.1' });
process.on('disconnect', () => process.exit());
process.send?.({ port: Number(new URL(address).port) });
