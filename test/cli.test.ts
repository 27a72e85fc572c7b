/** The command line: what it answers, and with which exit code. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCommand, type Tools } from '../src/cli/command-line.ts';
import { DataDirInUse } from '../src/infra/data-dir.ts';
import { findKey } from '../src/services/key-ring.ts';
import { createWorld, type World } from './support/world.ts';

let world: World;
let tools: Tools;
let output: string[];
let complaints: string[];
let served: number;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

beforeEach(() => {
  [output, complaints, served] = [[], [], 0];
  tools = {
    clock: world.clock,
    ids: world.ids,
    print: (text) => void output.push(text),
    printError: (text) => void complaints.push(text),
    openDatabase: async () => ({ ...world.db, close: async () => undefined }),
    openAsItIs: async () => ({ ...world.db, close: async () => undefined }),
    progress: () => undefined,
    serve: async () => void served++,
  };
});

const run = (...argv: string[]) => runCommand(argv, tools);
const answer = async (...argv: string[]) => {
  output.length = 0;
  expect([await run(...argv, '--json'), complaints]).toEqual([0, []]);
  return JSON.parse(output.join('\n'));
};

describe('the command line', () => {
  it.each([[[]], [['serve']]])('serves, and goes on doing so: %j', async (argv) => {
    expect(await run(...argv)).toBeNull();
    expect(served).toBe(1);
  });

  it('makes a workspace whose keys work', async () => {
    const { id, publishableKey, secretKey } = await answer('workspaces', 'create', 'Acme', 'Inc');
    expect((await answer('workspaces', 'list')).at(-1)).toMatchObject({ id, name: 'Acme Inc' });
    const keys = [await findKey(world, publishableKey), await findKey(world, secretKey)];
    expect(keys.map((key) => key?.caller.kind)).toEqual(['publishable', 'secret']);
  });

  it('makes, lists and ends a key', async () => {
    const { id: workspace } = await answer('workspaces', 'create', 'Keys');
    const made = await answer('keys', 'create', '--workspace', workspace, '--name', 'Ops', '--scope', 'all');
    expect((await findKey(world, made.key))?.caller.scopes.has('admin')).toBe(true);
    const [newest] = await answer('keys', 'list', '--workspace', workspace);
    expect(newest).toMatchObject({ id: made.id, name: 'Ops', createdBy: null });
    await answer('keys', 'revoke', made.id);
    // Another object for the same database: it remembers nothing of the key.
    expect(await findKey({ ...world, db: { ...world.db } }, made.key)).toBeNull();
  });

  it('makes a publishable key bound to origins', async () => {
    const { id: workspace } = await answer('workspaces', 'create', 'Origins');
    const origin = 'https://www.example.com';
    const options = ['--workspace', workspace, '--kind', 'publishable', '--name', 'Site', '--origin', origin];
    expect((await answer('keys', 'create', ...options)).origins).toEqual([origin]);
  });

  it.each([
    [['frob'], 'There is no command "frob".'],
    [['keys'], 'There is no command "keys".'],
    [['doctor', 'who'], 'The doctor does not know "who".'],
    [['toString'], 'There is no command "toString".'],
    [['keys', 'list', '--nonsense'], '--nonsense'],
    [['workspaces', 'create'], 'Say the name'],
    [['keys', 'list', '--workspace', 'wsp_nonsense'], 'There is no such workspace.'],
    [['keys', 'revoke', 'key_01hkw9x3v0e7ntcq5r8d2m4z6b'], 'There is no such key.'],
    [['keys', 'create', '--name', 'x', '--scope', 'nonsense'], 'scopes.0'],
  ])('is called wrongly with %j, and says how', async (argv, why) => {
    expect(await run(...argv)).toBe(2);
    expect(complaints.join('\n')).toContain(why);
    expect(output).toEqual([]);
  });

  it('asks which workspace is meant when there are several', async () => {
    await answer('workspaces', 'create', 'One');
    await answer('workspaces', 'create', 'Another');
    expect(await run('keys', 'list')).toBe(2);
    expect(complaints[0]).toContain('--workspace');
  });

  it('fails with what the database says when it cannot be opened', async () => {
    tools = { ...tools, openDatabase: () => Promise.reject(new Error('in use by another server')) };
    expect(await run('keys', 'list')).toBe(1);
    expect(complaints).toEqual(['in use by another server']);
  });

  it('says what can be done while a server runs on the database, and advises no other database', async () => {
    tools = { ...tools, openDatabase: () => Promise.reject(new DataDirInUse('/srv/data')) };
    expect(await run('keys', 'create', '--name', 'x', '--scope', 'all')).toBe(1);
    const [complaint] = complaints;
    expect(complaint).toContain('A running server holds the data directory /srv/data. Stop it');
    expect(complaint).toContain('POST http://…/api/support/keys');
    expect(complaint).not.toMatch(/DATA_DIR|DATABASE_URL/);
  });

  it('closes the database also after a mistake', async () => {
    let isClosed = false;
    const close = async () => {
      isClosed = true;
    };
    tools = { ...tools, openDatabase: async () => ({ ...world.db, close }) };
    await run('keys', 'revoke', 'nonsense');
    expect(isClosed).toBe(true);
  });

  it.each(['--help', '-h', 'help'])('explains itself: %s', async (argv) => {
    expect(await run(argv)).toBe(0);
    expect(output[0]).toContain('keys create');
  });
});
