/** What the first start prints can be used as it stands. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../src/cli/command-line.ts';
import { welcome } from '../src/cli/welcome.ts';
import { toWire } from '../src/ids.ts';
import { findKey } from '../src/services/key-ring.ts';
import { makeSignInCode } from '../src/services/sign-in-code.ts';
import { openServer, type TestServer } from './support/http.ts';

const URL = 'http://127.0.0.1:4000';
let server: TestServer;

beforeAll(async () => {
  server = await openServer();
});
afterAll(() => server.close());

describe('the welcome', () => {
  it('on the first start shows a link that signs in, a demo, and tags to paste', async () => {
    const { keys } = await server.world.workspace();
    const signInCode = await makeSignInCode(server.world, keys.secretKey ?? '');
    const text = welcome(URL, { keys, signInCode });
    expect(text).toContain(`${URL}/demo?key=${keys.publishableKey}\n`);
    expect(text).toContain(`<script async src="${URL}/widget.js" data-key="${keys.publishableKey}"></script>`);
    const code = /\/dashboard\/sign-in#code=(\S+)/.exec(text)?.[1];
    const answer = await server.app.inject({
      method: 'POST',
      url: '/dashboard/session',
      payload: JSON.stringify({ code, name: 'Ann' }),
    });
    expect(answer.statusCode).toBe(201);
  });

  it('on later starts shows where things are, and no secret', () => {
    const text = welcome(URL, null);
    for (const path of ['/dashboard', '/demo', '/api/support', '/graphql']) expect(text).toContain(URL + path);
    expect(text).not.toMatch(/[ps]k_|code=/);
  });

  it('on later starts shows a command that makes a key for whoever lost theirs', async () => {
    const { world } = server;
    const { caller } = await world.workspace();
    const [, command = ''] = /npx transactional-support (.+)/.exec(welcome(URL, null)) ?? [];
    const argv = [...command.matchAll(/"([^"]+)"|(\S+)/g)].map(([, quoted, word = '']) => quoted ?? word);
    const said: string[] = [];
    const say = (text: string) => void said.push(text);
    const exitCode = await runCommand([...argv, '--workspace', toWire('workspace', caller.workspaceId)], {
      ...world,
      print: say,
      printError: say,
      openDatabase: async () => ({ ...world.db, close: async () => undefined }),
      openAsItIs: async () => ({ ...world.db, close: async () => undefined }),
      progress: () => undefined,
      serve: async () => undefined,
    });
    expect([exitCode, said.join()]).toEqual([0, expect.stringMatching(/sk_/)]);
    const made = await findKey(world, /sk_\S+/.exec(said.join())?.[0] ?? '');
    expect(made?.caller.scopes.has('admin')).toBe(true);
  });
});
