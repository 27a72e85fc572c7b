/** The queue before the database: who shares a commit, what a failing commit does, and what happens when it is full. */
import { describe, expect, it } from 'vitest';
import { Overloaded, Unavailable } from '../../src/errors.ts';
import type { Outcome } from '../../src/ingest/flush.ts';
import { type Commit, GroupCommit } from '../../src/ingest/group-commit.ts';
import type { Entry } from '../../src/ingest/links.ts';
import { MAX_FLUSH_ITEMS, MAX_QUEUED_ITEMS } from '../../src/limits.ts';
import { createLog } from '../../src/log.ts';

const LOG = createLog('silent');

/** Entries with no more to them than what the queue looks at. */
function entries(count: number, mark = 'good'): Entry[] {
  return Array.from({ length: count }, () => ({ item: { type: 'track', name: mark, bytes: 100 } }) as unknown as Entry);
}

function isBad({ item }: Entry): boolean {
  return item.type === 'track' && item.name === 'bad';
}

/** As the drivers throw it. */
function databaseError(code: string): Error {
  return Object.assign(new Error('the database said no'), { code });
}

/** A database that refuses every commit with a bad entry in it, with this error. */
function refusing(thrown: () => Error): { commit: Commit; sizes: number[] } {
  const sizes: number[] = [];
  const commit: Commit = async (_workspace, batch) => {
    sizes.push(batch.length);
    if (batch.some(isBad)) throw thrown();
    return batch.map((): Outcome => ({ status: 'accepted' }));
  };
  return { commit, sizes };
}

describe('requests that wait at the same time', () => {
  it('share one commit, each with its own answer', async () => {
    const { commit, sizes } = refusing(() => new Error('never'));
    const group = new GroupCommit(commit, 1, LOG);
    const answers = await Promise.all([1, 2, 3].map((count) => group.submit('w', entries(count))));
    expect(answers.map((outcomes) => outcomes.length)).toEqual([1, 2, 3]);
    expect(sizes).toEqual([6]);
  });

  it('do not share one across workspaces', async () => {
    const { commit, sizes } = refusing(() => new Error('never'));
    const group = new GroupCommit(commit, 1, LOG);
    await Promise.all(['a', 'b', 'a'].map((workspace) => group.submit(workspace, entries(1))));
    expect(sizes).toEqual([2, 1]);
  });

  it('are cut where a commit is full', async () => {
    const { commit, sizes } = refusing(() => new Error('never'));
    const group = new GroupCommit(commit, 1, LOG);
    await Promise.all([group.submit('w', entries(MAX_FLUSH_ITEMS)), group.submit('w', entries(1))]);
    expect(sizes).toEqual([MAX_FLUSH_ITEMS, 1]);
  });
});

describe('an item that the database refuses for what it is', () => {
  it.each(['22P05', '23514', '21000', '54000'])(
    'stands alone in the end, and its neighbours are stored (%s)',
    async (code) => {
      const { commit } = refusing(() => databaseError(code));
      const group = new GroupCommit(commit, 1, LOG);
      const outcomes = await group.submit('w', [...entries(5), ...entries(1, 'bad'), ...entries(4)]);
      expect(outcomes.map(({ status }) => status === 'failed')).toEqual(Array.from({ length: 10 }, (_, i) => i === 5));
    },
  );

  it('is told apart from a fault of our own code only by the log', async () => {
    const { commit } = refusing(() => new TypeError('a mistake of ours'));
    const outcomes = await new GroupCommit(commit, 1, LOG).submit('w', [...entries(1), ...entries(1, 'bad')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['accepted', 'failed']);
  });
});

describe('a fault that passes', () => {
  it.each([
    ['a standby took over', '25006'],
    ['a statement ran out of time', '57014'],
    ['the server is stopping', '57P01'],
    ['the disk is full', '53100'],
    ['the tables are of another version', '42703'],
    ['races were lost again and again', '40P01'],
  ])('rejects no item: %s', async (_why, code) => {
    const { commit, sizes } = refusing(() => databaseError(code));
    const group = new GroupCommit(commit, 1, LOG);
    await expect(group.submit('w', [...entries(3), ...entries(1, 'bad')])).rejects.toBeInstanceOf(Unavailable);
    expect(sizes).toEqual([4]);
  });
});

describe('a full queue', () => {
  it('takes what fits and refuses the next at once', async () => {
    const { commit } = refusing(() => new Error('never'));
    const group = new GroupCommit(commit, 1, LOG);
    const taken = group.submit('w', entries(MAX_QUEUED_ITEMS));
    expect(() => group.submit('w', entries(1))).toThrow(Overloaded);
    await taken;
    await expect(group.submit('w', entries(1))).resolves.toHaveLength(1);
  });

  it('is empty when drained', async () => {
    const { commit, sizes } = refusing(() => new Error('never'));
    const group = new GroupCommit(commit, 2, LOG);
    for (let i = 0; i < 10; i++) void group.submit(`w${i}`, entries(1));
    await group.drain();
    expect(sizes).toHaveLength(10);
  });
});
