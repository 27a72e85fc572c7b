/** A whole server on a port of its own, for tests of what its callers see: over HTTP, each in a workspace of its own. */
import { afterAll, beforeAll } from 'vitest';
import { Client } from './client.ts';
import { openServer } from './http.ts';
import type { World } from './world.ts';

/** A workspace's two callers. */
export interface Callers {
  /** The customer's server or an agent, with the secret key. */
  readonly server: Client;
  /** A page with the widget in it, with the publishable key. */
  readonly widget: Client;
}

/** A server that listens. */
export interface ListeningServer {
  readonly world: World;
  /** A new workspace. @param headers that its visitors' browsers (and proxies) send. */
  callers(headers?: Readonly<Record<string, string>>): Promise<Callers>;
  close(): Promise<void>;
}

/** @param environment as for the program. */
export async function listen(environment: Record<string, string> = {}): Promise<ListeningServer> {
  const { app, world, close } = await openServer(environment);
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    world,
    async callers(headers) {
      const { secretKey = '', publishableKey = '' } = (await world.workspace()).keys;
      return { server: new Client(origin, secretKey), widget: new Client(origin, publishableKey, headers) };
    },
    close,
  };
}

/** A server for all tests of a file: there from their first hook on. */
export function listeningServer(): () => ListeningServer {
  let server: ListeningServer;
  beforeAll(async () => {
    server = await listen();
  });
  afterAll(() => server.close());
  return () => server;
}
