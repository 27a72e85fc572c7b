/** GraphQL's operations, by what they do: reading, sending, editing, merging. */
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

const IDENTIFY = `mutation ($input: IdentifyVisitorInput!) {
  identifyVisitor(input: $input) { status visitorId visitor { id name } }
}`;

async function identify(userId: string, more: object = {}): Promise<string> {
  const { identifyVisitor } = await run(IDENTIFY, { input: { userId, ...more } });
  return identifyVisitor.visitorId;
}

async function track(userId: string, name: string): Promise<void> {
  await run('mutation ($i: TrackEventInput!) { trackEvent(input: $i) { status } }', { i: { userId, name } });
}

describe('sending', () => {
  it('answers an identify with the visitor', async () => {
    const { identifyVisitor } = await run(IDENTIFY, { input: { userId: 'ann', traits: { name: 'Ann' } } });
    expect(identifyVisitor).toEqual({
      status: 'accepted',
      visitorId: identifyVisitor.visitorId,
      visitor: { id: identifyVisitor.visitorId, name: 'Ann' },
    });
  });

  it('tracks an event and a page view', async () => {
    await identify('ann');
    const sent = await run(
      `mutation {
        trackEvent(input: { userId: "ann", name: "bought", properties: { amount: 9.5 } }) { status }
        trackPageView(input: { userId: "ann", url: "/pricing", title: "Pricing" }) { status }
      }`,
    );
    expect(sent).toEqual({ trackEvent: { status: 'accepted' }, trackPageView: { status: 'accepted' } });
    const { visitor } = await run(`{ visitor(id: "user:ann") {
      events { totalCount nodes { name properties source } }
      pageViews { totalCount nodes { url title } }
      activity { totalCount nodes { __typename } }
    } }`);
    expect(visitor.events).toEqual({
      totalCount: 1,
      nodes: [{ name: 'bought', properties: { amount: 9.5 }, source: 'server' }],
    });
    expect(visitor.pageViews).toEqual({ totalCount: 1, nodes: [{ url: '/pricing', title: 'Pricing' }] });
    expect(visitor.activity.totalCount).toBe(2);
    expect(visitor.activity.nodes.map((each: { __typename: string }) => each.__typename).sort()).toEqual([
      'Event',
      'PageView',
    ]);
  });

  it('stores a repeated message once', async () => {
    const once = 'mutation { trackEvent(input: { userId: "ann", name: "bought", messageId: "m1" }) { status } }';
    expect(await run(once)).toEqual({ trackEvent: { status: 'accepted' } });
    expect(await run(once)).toEqual({ trackEvent: { status: 'duplicate' } });
  });

  it('judges the items of a batch one by one', async () => {
    const items = [
      { type: 'track', userId: 'ann', name: 'bought' },
      { type: 'track', userId: 'null', name: 'bought' },
      { type: 'update', userId: 'ann', traits: { name: 'Ann' } },
    ];
    const { ingest } = await run(
      'mutation ($items: [JSON!]!) { ingest(items: $items) { index status code pointer } }',
      {
        items,
      },
    );
    expect(ingest).toEqual([
      { index: 0, status: 'accepted', code: null, pointer: null },
      { index: 1, status: 'rejected', code: 'illegal_id', pointer: '/userId' },
      { index: 2, status: 'accepted', code: null, pointer: null },
    ]);
  });
});

describe('reading', () => {
  it.each(['vis', 'user', 'anon'])('finds a visitor by its %s id', async (form) => {
    const id = await identify('ann', { anonymousId: 'browser-1' });
    const ref = { vis: id, user: 'user:ann', anon: 'anon:browser-1' }[form];
    expect(await run('query ($id: ID!) { visitor(id: $id) { id } }', { id: ref })).toEqual({ visitor: { id } });
  });

  it('walks a list to its end by cursor, forward', async () => {
    for (const name of ['a', 'b', 'c']) await identify(name);
    const page =
      'query ($after: String) { visitors(first: 2, after: $after, sort: name) { pageInfo { hasNextPage hasPreviousPage endCursor } nodes { userId } } }';
    const first = (await run(page)).visitors;
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const second = (await run(page, { after: first.pageInfo.endCursor })).visitors;
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const walked = [...first.nodes, ...second.nodes].map((each: { userId: string }) => each.userId);
    expect(walked.sort()).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['search: "ann@"', ['ann']],
    ['identified: false', [null]],
    ['hasEmail: true', ['ann']],
    ['known: false', [null, 'bob']],
    ['userId: "bob"', ['bob']],
    ['anonymousId: "browser-9"', [null]],
    ['email: "ANN@example.com"', ['ann']],
    ['companyId: "Acme"', ['bob']],
  ])('narrows a list down by %s', async (filter, expected) => {
    await identify('ann', { traits: { email: 'ann@example.com' } });
    await identify('bob', { traits: { company: 'Acme' } });
    await run('mutation { trackEvent(input: { anonymousId: "browser-9", name: "seen" }) { status } }');
    const { visitors } = await run(`{ visitors(${filter}) { totalCount nodes { userId } } }`);
    expect(visitors.nodes.map((each: { userId: string | null }) => each.userId).sort()).toEqual([...expected].sort());
    expect(visitors.totalCount).toBe(expected.length);
  });

  it('leads from a merged-away id to the survivor, and says so', async () => {
    const [source, target] = [await identify('ann'), await identify('bob')];
    await run(
      `mutation { mergeVisitors(input: { sourceVisitorId: "user:ann", targetVisitorId: "user:bob", allowIdentified: true }) { visitor { id } } }`,
    );
    const read =
      'query ($id: ID!) { visitor(id: $id) { id redirectedFrom } node(id: $id) { id ... on Visitor { redirectedFrom } } }';
    const survivor = { id: target, redirectedFrom: source };
    expect(await run(read, { id: source })).toEqual({ visitor: survivor, node: survivor });
  });

  it('reads everything that has an id by it', async () => {
    await identify('ann', { traits: { company: 'Acme' }, anonymousId: 'browser-1' });
    await run(`mutation { ingest(items: [
      { type: "track", userId: "ann", name: "bought", sessionId: "s1" }, { type: "page", userId: "ann", url: "/" }
    ]) { status } }`);
    const { visitor, keys } = await run(`{
      visitor(id: "user:ann") { id company { id } events { nodes { id } } pageViews { nodes { id } }
        sessions { nodes { id } } merges { nodes { id } } }
      keys { nodes { id } }
    }`);
    const [event, pageView, session, merge] = [visitor.events, visitor.pageViews, visitor.sessions, visitor.merges].map(
      ({ nodes }) => nodes[0].id,
    );
    const ids = {
      Visitor: visitor.id,
      Company: visitor.company.id,
      Event: event,
      PageView: pageView,
      Session: session,
      Merge: merge,
      Key: keys.nodes[0].id,
    };
    for (const [name, id] of Object.entries(ids)) {
      expect(await run('query ($id: ID!) { node(id: $id) { __typename id } }', { id })).toEqual({
        node: { __typename: name, id },
      });
    }
  });

  it('knows the vocabulary and the rejected items', async () => {
    await identify('ann', { traits: { plan: 'free' } });
    await track('ann', 'bought');
    await ask(server, { key, query: 'mutation { trackEvent(input: { userId: "null", name: "x" }) { status } }' });
    const read = await run(`{
      attributeKeys { nodes { owner key types } } eventNames { nodes { name } } ingestionIssues { nodes { code pointer } }
    }`);
    expect(read).toEqual({
      attributeKeys: { nodes: [{ owner: 'visitor', key: 'plan', types: ['string'] }] },
      eventNames: { nodes: [{ name: 'bought' }] },
      ingestionIssues: { nodes: [{ code: 'illegal_id', pointer: '/userId' }] },
    });
  });
});

describe('editing', () => {
  const EDIT = `mutation ($input: VisitorEditInput!, $ifMatch: String) {
    updateVisitor(id: "user:ann", input: $input, ifMatch: $ifMatch) { visitor { name email attributes etag } warnings { code pointer } }
  }`;

  it('sets what is named, removes what is null, and leaves the rest', async () => {
    await identify('ann', { traits: { name: 'Ann', email: 'ann@example.com', plan: 'free' } });
    const { updateVisitor } = await run(EDIT, { input: { name: null, attributes: { plan: null, role: 'admin' } } });
    expect(updateVisitor.visitor).toMatchObject({
      name: null,
      email: 'ann@example.com',
      attributes: { role: 'admin' },
    });
  });

  it('is made only on the state it was meant for', async () => {
    await identify('ann');
    const { updateVisitor } = await run(EDIT, { input: { name: 'Ann' } });
    const { etag } = updateVisitor.visitor;
    await run(EDIT, { input: { name: 'Anna' }, ifMatch: etag });
    const late = await ask(server, { key, query: EDIT, variables: { input: { name: 'Anne' }, ifMatch: etag } });
    expect(codesOf(late)).toEqual(['precondition_failed']);
  });

  it('says what it mended', async () => {
    await identify('ann');
    const { updateVisitor } = await run(EDIT, { input: { name: 'An\u0000n' } });
    expect(updateVisitor).toMatchObject({
      visitor: { name: 'Ann' },
      warnings: [{ code: 'text_cleaned', pointer: '/name' }],
    });
  });
});

describe('merging', () => {
  const MERGE = `mutation ($input: MergeVisitorsInput!) {
    mergeVisitors(input: $input) {
      merge { id kind sourceVisitorId } plan { planHash conflicts { field source target chosen } } visitor { id name eventCount }
    }
  }`;
  const pair = { sourceVisitorId: 'user:ann', targetVisitorId: 'user:bob', allowIdentified: true };

  beforeEach(async () => {
    await identify('ann', { traits: { name: 'Ann' } });
    await identify('bob', { traits: { name: 'Bob' } });
    await track('ann', 'bought');
  });

  it('shows a plan first, changes nothing, and refuses it when it is stale', async () => {
    const { mergeVisitors } = await run(MERGE, { input: { ...pair, dryRun: true } });
    expect(mergeVisitors).toMatchObject({
      merge: null,
      plan: { conflicts: [{ field: 'name', source: 'Ann', target: 'Bob', chosen: 'Bob' }] },
    });
    expect((await run('{ visitors { totalCount } }')).visitors.totalCount).toBe(2);
    await identify('bob', { traits: { name: 'Robert' } });
    const { planHash } = mergeVisitors.plan;
    const stale = await ask(server, { key, query: MERGE, variables: { input: { ...pair, planHash } } });
    expect(codesOf(stale)).toEqual(['stale_plan']);
    expect(stale.errors[0]?.extensions.plan).toMatchObject({ conflicts: [{ target: 'Robert' }] });
  });

  it('merges with overrides, and takes it back', async () => {
    const { mergeVisitors } = await run(MERGE, { input: { ...pair, overrides: { name: 'Ann-Bob' } } });
    expect(mergeVisitors).toMatchObject({ merge: { kind: 'manual' }, visitor: { name: 'Ann-Bob', eventCount: 1 } });
    const { unmergeVisitors } = await run(
      'mutation ($id: ID!) { unmergeVisitors(mergeId: $id) { merge { id undoneAt by { name } } conflicts { field } } }',
      { id: mergeVisitors.merge.id },
    );
    expect(unmergeVisitors.merge).toMatchObject({ id: mergeVisitors.merge.id, undoneAt: expect.any(String) });
    expect(await run('{ visitor(id: "user:bob") { name eventCount } }')).toEqual({
      visitor: { name: 'Bob', eventCount: 0 },
    });
  });

  it('lists suggestions with both people, and dismisses one for good', async () => {
    await identify('ann', { traits: { email: 'same@example.com' } });
    await identify('bob', { traits: { email: 'same@example.com' } });
    const LIST = '{ mergeSuggestions { nodes { id reason source { name } target { name } } } }';
    const { nodes } = (await run(LIST)).mergeSuggestions;
    expect(nodes).toHaveLength(1);
    expect([nodes[0].source.name, nodes[0].target.name].sort()).toEqual(['Ann', 'Bob']);
    const { id } = nodes[0];
    expect(await run('mutation ($id: ID!) { dismissMergeSuggestion(id: $id) }', { id })).toEqual({
      dismissMergeSuggestion: id,
    });
    expect((await run(LIST)).mergeSuggestions.nodes).toEqual([]);
  });
});
