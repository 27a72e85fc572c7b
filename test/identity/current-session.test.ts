/** The session a visitor is in now: the one that is open, whatever came and went beside it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SESSION_IDLE_MS } from '../../src/limits.ts';
import { createWorld, type World } from '../support/world.ts';
import { type Desk, openDesk } from './desk.ts';

let world: World;
let desk: Desk;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  desk = await openDesk(world);
});

describe('the current session', () => {
  const session = (action: string, sessionId: string) =>
    desk.send({ type: 'session', action, sessionId, anonymousId: 'a1' });

  it('is the open one, though a later one began and ended beside it', async () => {
    await session('start', 'open');
    const startedAt = world.clock.now().toISOString();
    world.clock.advance(60_000);
    await session('start', 'short');
    world.clock.advance(1000);
    await session('end', 'short');
    expect((await desk.visitor('anon:a1')).currentSession).toMatchObject({ startedAt, duration: 61 });
  });

  it('is open until nothing came for half an hour, and none from then on', async () => {
    await session('start', 's1');
    world.clock.advance(SESSION_IDLE_MS - 1);
    expect((await desk.visitor('anon:a1')).currentSession).toMatchObject({ duration: SESSION_IDLE_MS / 1000 - 1 });
    world.clock.advance(1);
    expect((await desk.visitor('anon:a1')).currentSession).toBeNull();
  });

  it('is still there at the end of the longest day a client allows', async () => {
    await session('start', 's1');
    for (let hours = 0; hours < 24; hours += 0.25) {
      world.clock.advance(900_000);
      await session('heartbeat', 's1');
    }
    expect((await desk.visitor('anon:a1')).currentSession).toMatchObject({ duration: 86_400 });
  });
});
