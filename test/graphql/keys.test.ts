/** GraphQL's operations on keys, by what they do. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openServer, type TestServer } from '../support/http.ts';
import { ask, asker, codesOf } from './asking.ts';

let server: TestServer;
let key: string;
let run: ReturnType<typeof asker>;

beforeAll(async () => {
  server = await openServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  key = (await server.world.workspace()).keys.secretKey ?? '';
  run = asker(server, key);
});

describe('keys', () => {
  it('are made, used, replaced and ended', async () => {
    const made = await run(
      'mutation { createKey(input: { kind: secret, name: "Import", scopes: ["events:read"] }) { text key { id scopes } } }',
    );
    const { text, key: created } = made.createKey;
    expect(created.scopes).toEqual(['events:read']);
    expect(await asker(server, text)('{ eventNames { totalCount } }')).toEqual({ eventNames: { totalCount: 0 } });
    const { rotateKey } = await run(
      'mutation ($id: ID!) { rotateKey(id: $id, overlapSeconds: 60) { text key { name } } }',
      {
        id: created.id,
      },
    );
    expect(rotateKey.key.name).toBe('Import');
    expect(await run('mutation ($id: ID!) { revokeKey(id: $id) }', { id: created.id })).toEqual({
      revokeKey: created.id,
    });
    expect(codesOf(await ask(server, { key: text, query: '{ eventNames { totalCount } }' }))).toEqual([
      'unauthenticated',
    ]);
    expect(await asker(server, rotateKey.text)('{ eventNames { totalCount } }')).toEqual({
      eventNames: { totalCount: 0 },
    });
  });
});
