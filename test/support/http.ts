/** A whole server without a port, on a world of its own: requests go in by `inject`, as from a client. */
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { createApp, type Parts } from '../../src/app.ts';
import { type Config, parseConfig } from '../../src/config.ts';
import type { Scope } from '../../src/context.ts';
import type { Database } from '../../src/infra/database.ts';
import { createLog } from '../../src/log.ts';
import { createWorkspaceKey } from '../../src/services/key.ts';
import { createWorld, type TestWorkspace, type World } from './world.ts';

/** The server and what is behind it. */
export interface TestServer {
  readonly app: FastifyInstance;
  readonly world: World;
  /** Every line of the log so far. */
  readonly logged: string[];
  /** Adds `/api/support`, the key, and writes `body` as JSON. */
  call(key: string | undefined, method: InjectOptions['method'], path: string, body?: unknown): Promise<Answer>;
  close(): Promise<void>;
}

/** An answer with its body parsed. */
export interface Answer {
  readonly status: number;
  readonly headers: LightMyRequestResponse['headers'];
  /** Whatever the test expects it to be. */
  readonly body: ReturnType<typeof JSON.parse>;
}

/**
 * @param environment as for the program. @param wrap puts something between the server and its database.
 * @param parts that are not the real thing.
 */
export async function openServer(
  environment: Record<string, string> = {},
  wrap: (db: Database) => Database = (db) => db,
  parts: Pick<Parts, 'erasurePatience'> = {},
): Promise<TestServer> {
  const world = await createWorld();
  const logged: string[] = [];
  const log = createLog('debug', { write: (line) => void logged.push(line) });
  const config: Config = parseConfig(environment);
  const app = await createApp({
    ...parts,
    config,
    db: wrap(world.db),
    clock: world.clock,
    ids: world.ids,
    bus: world.bus,
    log,
  });
  await app.ready();
  return {
    app,
    world,
    logged,
    async call(key, method, path, body) {
      const headers = key === undefined ? {} : { 'x-api-key': key };
      const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
      return answerOf(await app.inject({ method, url: `/api/support${path}`, headers, ...payload }));
    },
    async close() {
      await app.close();
      await world.close();
    },
  };
}

/** Status, headers and parsed body of what `inject` answers. */
export function answerOf({ statusCode, headers, body, json }: LightMyRequestResponse): Answer {
  return { status: statusCode, headers, body: body === '' ? undefined : json() };
}

/** A secret key of the workspace with these scopes. */
export async function keyWith(world: World, workspace: TestWorkspace, scopes: readonly Scope[]): Promise<string> {
  const body = { kind: 'secret' as const, name: 'Test', scopes: [...scopes] };
  return (await createWorkspaceKey(world, workspace.caller.workspaceId, body, null)).key;
}

/** A publishable key that may be used from these origins. */
export async function publishableKey(world: World, workspace: TestWorkspace, origins: string[] = []): Promise<string> {
  const body = { kind: 'publishable' as const, name: 'Test', origins };
  return (await createWorkspaceKey(world, workspace.caller.workspaceId, body, null)).key;
}
