/** Whatever is written, it does not matter through which door: twins end alike, and are answered alike. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DOORS, type Door } from './doors.ts';
import { alike, stateOf } from './state.ts';
import { build, openParityServer, type ParityServer } from './workspace.ts';
import { WRITES, type Write } from './writes.ts';

let server: ParityServer;

beforeAll(async () => {
  server = await openParityServer();
});
afterAll(() => server.close());

/** One twin, the write done to it. */
async function written(row: Write, seed: number, door: Door | null) {
  const twin = await build(server, seed);
  const asking = await row.ask(twin);
  const said = door && (await door(twin, asking));
  return { said: alike(said), state: await stateOf(twin) };
}

it('twins are alike, and not because nothing is in them', async () => {
  const [one, other, another] = [await build(server, 1), await build(server, 1), await build(server, 2)];
  const [state, twin, stranger] = [await stateOf(one), await stateOf(other), await stateOf(another)];
  expect(twin).toEqual(state);
  expect(stranger).not.toEqual(state);
});

describe.each(WRITES.map((row, index) => [row.what, row, index + 1] as const))('%s (%#)', (_what, row, seed) => {
  it(`is the same by ${row.route} through every door`, async () => {
    const { REST, ...others } = DOORS;
    const expected = await written(row, seed, REST);
    expect(expected.said).not.toHaveProperty('code');
    for (const [name, door] of Object.entries(others)) expect(await written(row, seed, door), name).toEqual(expected);
  });
});
