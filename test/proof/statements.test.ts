/** What proofs cost: nothing that a flush did not cost before, and no question to the database per request. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Context, IdentityRule } from '../../src/context.ts';
import type { Database, Pipelined, Sql } from '../../src/infra/database.ts';
import { compile, type Fragment } from '../../src/infra/sql.ts';
import { Ingest } from '../../src/ingest/pipeline.ts';
import { createLog } from '../../src/log.ts';
import { forgetCredentials } from '../../src/services/credential-ring.ts';
import { findKey } from '../../src/services/key-ring.ts';
import { rotateIdentitySecret, updateSettings } from '../../src/services/settings.ts';
import { createWorld, type World } from '../support/world.ts';
import { userHash } from './shop.ts';

let world: World;
const asked: string[] = [];

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** The same database, noting the name of every statement. */
function counting(db: Database): Database {
  const note = (statement: Fragment) => {
    asked.push(compile(statement).name);
    return statement;
  };
  const noted = <Handle extends Sql>(handle: Handle): Handle =>
    Object.assign(Object.create(handle), {
      rows: (statement: Fragment) => handle.rows(note(statement)),
      run: (statement: Fragment) => handle.run(note(statement)),
    });
  return Object.assign(noted(db), {
    transaction: (job: (tx: Sql) => Promise<unknown>) => db.transaction((tx) => job(noted(tx))),
    pipelined: (job: (tx: Pipelined) => Promise<unknown>) =>
      db.pipelined((tx) => job(Object.assign(noted(tx), { seal: () => tx.seal() }))),
  }) as Database;
}

it('events of people known before cost the same three statements with every key and in every mode', async () => {
  const workspace = await world.workspace();
  const db = counting(world.db);
  const ingest = new Ingest({ db, clock: world.clock, ids: world.ids, log: createLog('silent') });
  const { secret } = await rotateIdentitySecret(workspace, { overlapSeconds: 0 });
  const items = ['ann', 'bob'].map((userId) => ({
    type: 'track',
    userId,
    name: 'n',
    userHash: userHash(secret, userId),
  }));
  const contextOf = async (key = ''): Promise<Context> => {
    const found = await findKey(world, key);
    if (!found) throw new Error('The key is unknown.');
    return { ...workspace, db, caller: found.caller };
  };
  const send = async (key: string | undefined): Promise<readonly string[]> => {
    const ctx = await contextOf(key);
    asked.length = 0;
    const results = await ingest.submit(ctx, items);
    expect(results.map(({ status }) => status)).toEqual(['accepted', 'accepted']);
    return [...asked].sort();
  };
  await send(workspace.keys.secretKey);
  const expected = await send(workspace.keys.secretKey);
  expect(expected).toHaveLength(3);
  for (const identityVerification of ['off', 'warn', 'enforce'] satisfies IdentityRule['mode'][]) {
    await updateSettings(workspace, { identityVerification });
    expect(await send(workspace.keys.secretKey)).toEqual(expected);
    expect(await send(workspace.keys.publishableKey)).toEqual(expected);
  }
});

it('a key is looked up in one statement, with the settings and secrets of its workspace', async () => {
  const workspace = await world.workspace();
  const { secret } = await rotateIdentitySecret(workspace, { overlapSeconds: 0 });
  await updateSettings(workspace, { identityVerification: 'warn' });
  const source = { ...world, db: counting(world.db) };
  forgetCredentials(source.db);
  asked.length = 0;
  const found = await findKey(source, workspace.keys.publishableKey ?? '');
  expect(asked.filter((name) => name !== 'key.note_use')).toEqual(['key.find']);
  expect(found?.caller.identity).toMatchObject({ mode: 'warn', secrets: [{ endsAt: Number.POSITIVE_INFINITY }] });
  expect(JSON.stringify(found)).not.toContain(secret);
});
