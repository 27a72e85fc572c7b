/** The client sends the visitor's token with everything it sends. */
import { describe, expect, it } from 'vitest';
import { answers, scripted } from './fake.ts';

describe('a client with a visitor token', () => {
  it('sends it with calls over REST and GraphQL', async () => {
    const { client, seen } = scripted([answers({ data: {} }), answers({ data: {} })], { visitorToken: 'v1' });
    await client.visitors.get('vis_1');
    await client.graphql('{ __typename }');
    expect(seen.map(({ headers }) => headers.get('x-visitor-token'))).toEqual(['v1', 'v1']);
  });

  it('asks for it at each attempt, as tokens end', async () => {
    const tokens = ['v1', undefined, 'v2'];
    const { client, seen } = scripted(Array(3).fill(answers({ data: {} })), { visitorToken: () => tokens.shift() });
    for (let i = 0; i < 3; i++) await client.visitors.get('vis_1');
    expect(seen.map(({ headers }) => headers.get('x-visitor-token'))).toEqual(['v1', null, 'v2']);
  });

  it('sends it with subscriptions', async () => {
    const { client, seen } = scripted([answers({ data: {} })], { visitorToken: 'v1' });
    const stream = client.subscribe.visitorActivity({ visitorId: 'vis_1' });
    await stream.next().catch(() => undefined);
    expect(seen[0]?.headers.get('x-visitor-token')).toBe('v1');
  });

  it('and one without sends none', async () => {
    const { client, seen } = scripted([answers({ data: {} })]);
    await client.visitors.get('vis_1');
    expect(seen[0]?.headers.has('x-visitor-token')).toBe(false);
  });
});
