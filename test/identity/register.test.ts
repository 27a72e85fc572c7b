/** Values that meet: of two the later one wins, whatever order they arrive in. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MAX_ATTRIBUTES, MAX_KEPT_ATTRIBUTES } from '../../src/limits.ts';
import { fold, keepNewest, type Registers } from '../../src/services/register.ts';
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

const who = { anonymousId: 'a1' };
/** `at('10:00')` as a timestamp, before anything arrives here. */
const at = (time: string, messageId?: string) => ({
  timestamp: `2026-01-14T${time}:00.000Z`,
  ...(messageId && { messageId }),
});

describe('of two values of one key', () => {
  it('the one with the later timestamp wins, although it came first', async () => {
    await desk.update(who, { name: 'Late' }, at('10:01'));
    await desk.update(who, { name: 'Early' }, at('10:00'));
    expect((await desk.visitor('anon:a1')).name).toBe('Late');
  });

  it.each([
    ['in order', ['m1', 'm2']],
    ['in reverse', ['m2', 'm1']],
  ])('and one timestamp the greater messageId wins, sent %s', async (_order, messageIds) => {
    for (const id of messageIds) await desk.update(who, { name: `by ${id}` }, at('10:00', id));
    expect((await desk.visitor('anon:a1')).name).toBe('by m2');
  });

  it.each([
    ['Z', 'a'],
    ['9', 'A'],
    ['m', 'é'],
    ['m1', 'm10'],
    ['😀', '｡'],
  ])('and one timestamp, messageIds compare by code unit: %s before %s', async (less, greater) => {
    await desk.update(who, { name: 'greater' }, at('10:00', greater));
    await desk.update(who, { name: 'less' }, at('10:00', less));
    expect((await desk.visitor('anon:a1')).name).toBe('greater');
  });

  it('in one batch the later one wins', async () => {
    const items = ['10:01', '10:02', '10:00'].map((time) => ({
      ...{ type: 'update', ...who, traits: { name: time }, ...at(time) },
    }));
    await desk.send(...items);
    expect((await desk.visitor('anon:a1')).name).toBe('10:02');
  });

  it('on two records of one person the later one wins', async () => {
    await desk.update({ userId: 'u1' }, { name: 'Late', plan: 'free' }, at('10:01'));
    await desk.update(who, { name: 'Early', seats: 3 }, at('10:00'));
    await desk.identify('u1', 'a1');
    expect(await desk.visitor('user:u1')).toMatchObject({ name: 'Late', attributes: { plan: 'free', seats: 3 } });
  });
});

describe('a removal', () => {
  it('wins over an older value that comes late', async () => {
    await desk.update(who, { name: null, plan: null }, at('10:01'));
    await desk.update(who, { name: 'Ann', plan: 'free' }, at('10:00'));
    expect(await desk.visitor('anon:a1')).toMatchObject({ name: null, attributes: {} });
  });

  it('loses to a newer value', async () => {
    await desk.update(who, { name: null, plan: null }, at('10:01'));
    await desk.update(who, { name: 'Ann', plan: 'free' }, at('10:02'));
    expect(await desk.visitor('anon:a1')).toMatchObject({ name: 'Ann', attributes: { plan: 'free' } });
  });

  it('on one record hides the older value of another of the same person', async () => {
    await desk.update({ userId: 'u1' }, { name: 'Ann' }, at('10:00'));
    await desk.update(who, { name: null }, at('10:01'));
    await desk.identify('u1', 'a1');
    expect((await desk.visitor('user:u1')).name).toBeNull();
  });
});

describe('a nested object', () => {
  it('is one value: the later replaces the earlier as a whole', async () => {
    await desk.update(who, { address: { city: 'Rome', zip: '1' } }, at('10:00'));
    await desk.update(who, { address: { city: 'Oslo' } }, at('10:01'));
    expect((await desk.visitor('anon:a1')).attributes).toEqual({ address: { city: 'Oslo' } });
  });
});

describe('an edit by hand', () => {
  it('wins over what it replaces within the same millisecond', async () => {
    await desk.update(who, { name: 'Sent' }, { messageId: '~' });
    await desk.edit('anon:a1', { name: 'Edited' });
    expect((await desk.visitor('anon:a1')).name).toBe('Edited');
  });

  it('wins over the edit before it within the same millisecond', async () => {
    await desk.track(who);
    for (const name of ['first', 'second', 'third']) await desk.edit('anon:a1', { name });
    expect((await desk.visitor('anon:a1')).name).toBe('third');
  });

  it('wins over the choice of a merge within the same millisecond', async () => {
    await desk.update(who, { name: 'Ann' });
    await desk.update({ anonymousId: 'a2' }, { name: 'Bob' });
    await desk.merge('anon:a2', 'anon:a1');
    await desk.edit('anon:a1', { name: 'Edited' });
    expect((await desk.visitor('anon:a1')).name).toBe('Edited');
  });

  it('loses to what is sent later, and wins over what happened before and comes late', async () => {
    await desk.update(who, { name: 'Sent' });
    world.clock.advance(1000);
    await desk.edit('anon:a1', { name: 'Edited' });
    await desk.update(who, { name: 'Late' }, at('10:00'));
    expect((await desk.visitor('anon:a1')).name).toBe('Edited');
    world.clock.advance(1000);
    await desk.update(who, { name: 'Newer' });
    expect((await desk.visitor('anon:a1')).name).toBe('Newer');
  });

  it('changes only the keys it names', async () => {
    await desk.update(who, { name: 'Ann', plan: 'free', role: 'Admin' });
    await desk.edit('anon:a1', { attributes: { plan: null, seats: 3 } });
    expect(await desk.visitor('anon:a1')).toMatchObject({ name: 'Ann', attributes: { role: 'Admin', seats: 3 } });
  });
});

describe('more attribute keys than a visitor keeps', () => {
  const LAST_BATCH = Math.ceil(MAX_KEPT_ATTRIBUTES / MAX_ATTRIBUTES);
  const attributesOf = (registers: Registers) => Object.keys(registers).filter((key) => key.startsWith('attributes.'));
  const attribute = (age: number): Registers => ({ [`attributes.k${age}`]: { v: age, t: -age, m: 'm' } });
  const ages = (count: number) => Array.from({ length: count }, (_, age) => age);

  it('take nothing from the fields of the person', async () => {
    await desk.identify('u1', 'a1', { name: 'Ann', email: 'ann@example.com', company: 'Acme' }, at('10:00'));
    for (const batch of ages(LAST_BATCH + 1)) {
      const keys = ages(MAX_ATTRIBUTES).map((age) => [`k${batch}_${age}`, age]);
      await desk.update({ userId: 'u1' }, Object.fromEntries(keys), at(`11:0${batch}`));
    }
    const { name, email, company, attributes } = await desk.visitor('user:u1');
    expect([name, email, company?.externalId]).toEqual(['Ann', 'ann@example.com', 'Acme']);
    expect(Object.keys(attributes)).toContain(`k${LAST_BATCH}_0`);
    expect(Object.keys(attributes)).not.toContain('k0_0');
  });

  it('are all kept up to the limit, and one beyond it costs the oldest', () => {
    const full = keepNewest(fold(...ages(MAX_KEPT_ATTRIBUTES).map(attribute)));
    expect(attributesOf(full)).toHaveLength(MAX_KEPT_ATTRIBUTES);
    const over = attributesOf(keepNewest(fold(full, attribute(-1))));
    expect(over).toHaveLength(MAX_KEPT_ATTRIBUTES);
    expect(over).toContain('attributes.k-1');
    expect(over).not.toContain(`attributes.k${MAX_KEPT_ATTRIBUTES - 1}`);
  });

  it.each([
    ['newest first', (all: Registers[]) => all],
    ['oldest first', (all: Registers[]) => all.reverse()],
    ['odd ones first', (all: Registers[]) => [...all.filter((_, i) => i % 2), ...all.filter((_, i) => i % 2 === 0)]],
  ])('end the same when they arrive %s', (_order, arrange) => {
    const all = [...ages(MAX_KEPT_ATTRIBUTES + 10).map(attribute), { name: { v: 'Ann', t: -1e6, m: 'm' } }];
    const expected = keepNewest(fold(...all));
    let kept: Registers = {};
    for (const registers of arrange(all)) kept = keepNewest(fold(kept, registers));
    expect(kept).toEqual(expected);
    expect(Object.keys(kept)).toHaveLength(MAX_KEPT_ATTRIBUTES + 1);
  });
});
