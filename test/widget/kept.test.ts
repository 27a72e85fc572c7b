/** What is kept in the browser: who, which visit, and what waits. */
import { describe, expect, it } from 'vitest';
import { openPeople, userIdOf } from '../../sdk/widget/person.ts';
import { MAX_QUEUED_BYTES, MAX_QUEUED_ITEMS, openQueue } from '../../sdk/widget/queue.ts';
import { openStore, withMemory } from '../../sdk/widget/store.ts';
import { AHEAD_MS, IDLE_MS, LONGEST_MS, openVisits } from '../../sdk/widget/visit.ts';
import { isIllegalId } from '../../src/normalise/illegal-id.ts';

const START = Date.parse('2026-01-15T10:00:00.000Z');

describe('a visit', () => {
  it('goes on until half an hour passed without anything', () => {
    const visits = openVisits(withMemory());
    const { id, isNew } = visits.touch(START);
    expect(isNew).toBe(true);
    expect(visits.touch(START + IDLE_MS - 1)).toEqual({ id, isNew: false });
    expect(visits.touch(START + IDLE_MS - 1 + IDLE_MS).isNew).toBe(true);
  });

  it('goes on for a day at the most', () => {
    const visits = openVisits(withMemory());
    const { id } = visits.touch(START);
    for (let at = START; at < START + LONGEST_MS; at += IDLE_MS / 2) expect(visits.touch(at).id).toBe(id);
    expect(visits.touch(START + LONGEST_MS - 1).id).toBe(id);
    expect(visits.touch(START + LONGEST_MS)).toMatchObject({ isNew: true });
  });

  it('is the same in all tabs, also in those that open together', () => {
    const store = withMemory();
    const { id } = openVisits(store).touch(START);
    expect(openVisits(store).touch(START + 1)).toEqual({ id, isNew: false });
    expect(openVisits(withMemory()).touch(START + 9_999).id).toBe(id);
    expect(openVisits(withMemory()).touch(START + 10_000).id).not.toBe(id);
  });

  it('ends once, and nothing ends when none goes on', () => {
    const visits = openVisits(withMemory());
    const { id } = visits.touch(START);
    expect([visits.end(START + 1), visits.end(START + 2)]).toEqual([id, undefined]);
  });

  it('is over when a clock that was ahead began it, but not for a clock that was put right a little', () => {
    const store = withMemory();
    const { id } = openVisits(store).touch(START + AHEAD_MS);
    expect(openVisits(store).touch(START)).toEqual({ id, isNew: false });
    store.discard('visit');
    openVisits(store).touch(START + AHEAD_MS + 1);
    expect(openVisits(store).touch(START).isNew).toBe(true);
  });

  it.each(['nonsense', '', 'a b c', `x ${START} `])(
    'begins anew when something else stands in its place: %j',
    (text) => {
      const store = withMemory();
      store.set('visit', text);
      expect(openVisits(store).touch(START).isNew).toBe(true);
    },
  );
});

describe('who it is', () => {
  const people = (store = withMemory()) => {
    let count = 0;
    return openPeople(store, () => `anon${++count}`);
  };

  it('stays the same visitor until somebody logs out', () => {
    const it = people();
    expect(it.now()).toEqual({ anonymousId: 'anon1' });
    it.claim('ann', { userHash: 'abc' });
    expect(it.now()).toEqual({ anonymousId: 'anon1', userId: 'ann', userHash: 'abc' });
    it.forget();
    expect(it.now()).toEqual({ anonymousId: 'anon2' });
  });

  it('forgets a userId the server does not believe, and no other', () => {
    const it = people();
    it.claim('ann', { token: 'x' });
    it.disown({ userId: 'ben', token: 'x' });
    expect(it.now().userId).toBe('ann');
    it.disown({ userId: 'ann', token: 'x' });
    expect(it.now()).toEqual({ anonymousId: 'anon1' });
  });

  it.each([
    ['an older token', { token: 'old' }, { token: 'fresh' }],
    ['an older hash', { userHash: 'old' }, { userHash: 'fresh' }],
    ['a proof of another kind', { userHash: 'fresh' }, { token: 'fresh' }],
    ['no proof', {}, { token: 'fresh' }],
  ])('keeps its fresh proof when %s is refused late', (_what, refused, fresh) => {
    const it = people();
    it.claim('ann', fresh);
    it.disown({ userId: 'ann', ...refused });
    expect(it.now()).toEqual({ anonymousId: 'anon1', userId: 'ann', ...fresh });
  });

  it.each(['', 'nonsense', 'null', '[]', '{}', '{"anonymousId":""}', '{"anonymousId":{}}'])(
    'is a stranger when something else stands in its place: %j',
    (text) => {
      const store = withMemory();
      store.set('who', text);
      expect(people(store).now()).toEqual({ anonymousId: 'anon1' });
    },
  );

  it.each([
    'null',
    'undefined',
    '',
    ' ',
    '0',
    '00-00',
    '-1',
    'NaN',
    '"null"',
    '[object Object]',
    'Guest',
    '\u200banonymous',
    'none',
  ])('is not %j, which the server would refuse too', (id) => {
    expect([userIdOf(id), isIllegalId(id)]).toEqual([null, true]);
  });

  it.each<[unknown, string | null]>([
    ['user-123', 'user-123'],
    [42, '42'],
    [0, null],
    [1.5, null],
    [{}, null],
    ['x'.repeat(255), 'x'.repeat(255)],
    ['x'.repeat(256), null],
  ])('takes %j for the userId %j', (value, id) => {
    expect(userIdOf(value)).toBe(id);
  });
});

describe('what waits', () => {
  it('comes in the order it happened, whichever tab wrote it', () => {
    const store = withMemory();
    const [first, second] = [openQueue(store, 'a'), openQueue(store, 'b')];
    second.add('"late"', START + 2);
    first.add('"early"', START);
    second.add('"between"', START + 1);
    expect(first.waiting().map(({ key }) => second.text(key))).toEqual(['"early"', '"between"', '"late"']);
  });

  it('is bounded in number: the oldest goes, and is counted', () => {
    const queue = openQueue(withMemory(), 'a');
    for (let i = 0; i < MAX_QUEUED_ITEMS; i++) queue.add(`"${i}"`, START + i);
    expect([queue.waiting().length, queue.takeLost()]).toEqual([MAX_QUEUED_ITEMS, 0]);
    queue.add('"last"', START + MAX_QUEUED_ITEMS);
    expect([queue.waiting().length, queue.takeLost(), queue.takeLost()]).toEqual([MAX_QUEUED_ITEMS, 1, 0]);
    expect(queue.text(queue.waiting()[0]?.key ?? '')).toBe('"1"');
  });

  it('is bounded in bytes, not in characters', () => {
    const queue = openQueue(withMemory(), 'a');
    const eighth = 'ü'.repeat(MAX_QUEUED_BYTES / 16);
    for (let i = 0; i < 8; i++) queue.add(eighth, START + i);
    expect([queue.waiting().length, queue.takeLost()]).toEqual([8, 0]);
    queue.add('x', START + 8);
    expect([queue.waiting().length, queue.takeLost()]).toEqual([8, 1]);
  });
});

/** A page without localStorage, and the cookies it has. */
function cookiePage(): { page: Window; cookies: Map<string, string> } {
  const cookies = new Map<string, string>();
  const document = {
    get cookie() {
      return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    },
    set cookie(text: string) {
      const [, name = '', value = '', maxAge] = /^([^=]*)=([^;]*);.*Max-Age=(\d+)/.exec(text) ?? [];
      if (maxAge === '0') cookies.delete(name);
      else cookies.set(name, value);
    },
  };
  return { page: { document, location: { protocol: 'https:' } } as unknown as Window, cookies };
}

describe('cookies, where there is no localStorage', () => {
  it('carry who it is, and never what proves it', () => {
    const { page, cookies } = cookiePage();
    const proofs = [{ userHash: 'secret-hash' }, { token: 'secret-token' }];
    for (const proof of proofs) {
      const people = openPeople(openStore(page, 'p-'), () => 'anon1');
      people.claim('ann', proof);
      expect(people.now()).toEqual({ anonymousId: 'anon1', userId: 'ann', ...proof });
      expect([...cookies.keys()]).toEqual(['p-who']);
      expect(page.document.cookie).not.toContain('secret');
      // The next page.
      const next = openPeople(openStore(page, 'p-'), () => 'anon2');
      expect(next.now()).toEqual({ anonymousId: 'anon1', userId: 'ann' });
    }
  });

  it('carry nobody a proof of somebody else', () => {
    const { page } = cookiePage();
    const [first, second] = [
      openPeople(openStore(page, 'p-'), () => 'a'),
      openPeople(openStore(page, 'p-'), () => 'b'),
    ];
    first.claim('ann', { token: 'of-ann' });
    second.claim('ben', {});
    expect(first.now()).toEqual({ anonymousId: 'a', userId: 'ben' });
  });
});

describe('the store', () => {
  it('keeps for itself what the browser does not take, and hides the old value from others', () => {
    const kept = new Map<string, string>();
    let isFull = false;
    const store = withMemory({
      get: (key) => kept.get(key) ?? null,
      set(key, value) {
        if (isFull) throw new Error('full');
        kept.set(key, value);
      },
      discard: (key) => void kept.delete(key),
      keys: () => [...kept.keys()],
    });
    store.set('a', '1');
    isFull = true;
    store.set('a', '2');
    expect([store.get('a'), store.keys(), kept.size]).toEqual(['2', ['a'], 0]);
    isFull = false;
    store.set('a', '3');
    expect([store.get('a'), store.keys(), kept.get('a')]).toEqual(['3', ['a'], '3']);
  });
});
