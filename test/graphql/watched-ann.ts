/** What tests of subscriptions start from: a server that listens, and for each test a workspace in which Ann is known. */
import type { Client } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { openServer, type TestServer } from '../support/http.ts';
import type { TestWorkspace } from '../support/world.ts';
import { connect, Watching } from './socket.ts';

/** Ann, who may be watched, and whoever watches her. */
export class WatchedAnn {
  server!: TestServer;
  /** Of the server. */
  origin!: string;
  workspace!: TestWorkspace;
  /** The secret key. */
  key!: string;
  readonly #clients: Client[] = [];

  /** Sends items, of which every one has to be taken. */
  async send(...items: object[]): Promise<void> {
    const { body } = await this.server.call(this.key, 'POST', '/batch', { items });
    expect(body.data.results.every(({ status }: { status: string }) => status === 'accepted')).toBe(true);
  }

  /** Something happens to somebody. */
  track(name: string, userId = 'ann'): Promise<void> {
    return this.send({ type: 'track', userId, name });
  }

  /** A connection of its own. @param closed is told the code of each end. */
  connect(apiKey: string | undefined, closed?: (code: number) => void): Client {
    return this.keep(connect(this.origin, apiKey, closed));
  }

  /** Watches a visitor over a connection of its own. */
  watch(id: string, apiKey = this.key): Watching {
    return new Watching(this.connect(apiKey), id);
  }

  /** Ends a connection with the test, when nothing ended it before. */
  keep(client: Client): Client {
    this.#clients.push(client);
    return client;
  }

  /** All connections end. */
  async leave(): Promise<void> {
    for (const client of this.#clients.splice(0)) await client.dispose();
  }
}

/** Ann for the tests of a file. */
export function watchedAnn(): WatchedAnn {
  const ann = new WatchedAnn();
  beforeAll(async () => {
    ann.server = await openServer();
    ann.origin = await ann.server.app.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(() => ann.server.close());
  beforeEach(async () => {
    ann.workspace = await ann.server.world.workspace();
    ann.key = ann.workspace.keys.secretKey ?? '';
    await ann.send({ type: 'identify', userId: 'ann' });
  });
  afterEach(() => ann.leave());
  return ann;
}
