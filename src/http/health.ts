/** For whoever runs the server: alive, ready, measured. No key is asked for, and nobody's data is told. */
import type { FastifyInstance } from 'fastify';
import { NotFound } from '../errors.ts';
import { registry } from '../metrics.ts';
import type { Check, Doors } from './doors.ts';
import { titleOf } from './problem.ts';
import { sendJson } from './replies.ts';

const PROBE_TIMEOUT_MS = 2000;

type CheckState = 'ok' | 'failed';

/** Adds /livez, /readyz, /metrics, and the explanations that problem types lead to. */
export async function healthDoors(app: FastifyInstance, doors: Doors): Promise<void> {
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
  });

  app.get('/livez', async (_request, reply) => sendJson(reply, { status: 'ok' }));

  app.get('/readyz', async (_request, reply) => {
    const checks = await probeAll(doors.checks);
    const failed = Object.keys(checks).filter((name) => checks[name] === 'failed');
    const isReady = !isClosing && failed.every((name) => !doors.checks[name]?.required);
    const status = isReady ? (failed.length > 0 ? 'degraded' : 'ready') : isClosing ? 'closing' : 'unavailable';
    return sendJson(reply.code(isReady ? 200 : 503), { status, checks });
  });

  app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));

  app.get<{ Params: { code: string } }>('/problems/:code', async (request, reply) => {
    const { code } = request.params;
    const title = titleOf(code);
    if (title === null) throw new NotFound('There is no such problem.');
    return sendJson(reply, { code, title });
  });
}

async function probeAll(checks: Readonly<Record<string, Check>>): Promise<Record<string, CheckState>> {
  const states = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await probe(check)] as const),
  );
  return Object.fromEntries(states);
}

async function probe(check: Check): Promise<CheckState> {
  const timeout = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  const late = new Promise<CheckState>((resolve) => timeout.addEventListener('abort', () => resolve('failed')));
  const asked = check.probe().then(
    (): CheckState => 'ok',
    (): CheckState => 'failed',
  );
  return Promise.race([asked, late]);
}
