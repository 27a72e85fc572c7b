/** Headers of proxies: believed from those that are trusted, and from nobody else. */
import { describe, expect, it } from 'vitest';
import type { Visitor } from '../../src/contract/visitor.ts';
import { proxyTrust } from '../../src/http/proxy-trust.ts';
import { answerOf, openServer, publishableKey } from '../support/http.ts';

describe('a proxy', () => {
  it.each([
    ['10.0.0.0/8', '10.255.255.255', '11.0.0.0'],
    ['10.0.0.0/8', '::ffff:10.0.0.1', '::ffff:11.0.0.1'],
    ['192.0.2.7', '192.0.2.7', '192.0.2.8'],
    ['2001:db8::/32', '2001:db8::1', '2001:db9::1'],
    ['loopback', '127.0.0.1', '128.0.0.1'],
    ['loopback', '::1', '::2'],
    ['linklocal', 'fe80::1%eth0', '2001:db8::1%eth0'],
    ['uniquelocal', '172.31.255.255', '172.32.0.0'],
  ])('is trusted by %s at %s, and not at %s', (network, inside, outside) => {
    const trusts = proxyTrust(['198.51.100.1', network]);
    expect([trusts(inside, 0), trusts(inside, 5), trusts(outside, 0)]).toEqual([true, true, false]);
  });

  it('is trusted by its distance, wherever it is', () => {
    expect([0, 1, 2].map((hop) => proxyTrust(2)('192.0.2.1', hop))).toEqual([true, true, false]);
  });

  it.each(['', 'nonsense'])('is never trusted by an address that is none: %j', (address) => {
    expect(proxyTrust(['0.0.0.0/0', '::/0'])(address, 0)).toBe(false);
  });
});

describe("the place in a proxy's headers", () => {
  it.each([
    [{}, '10.0.0.1', null],
    [{ TRUST_PROXY: '1' }, '192.0.2.1', 'Köln'],
    [{ TRUST_PROXY: '10.0.0.0/8' }, '10.0.0.1', 'Köln'],
    [{ TRUST_PROXY: '10.0.0.0/8' }, '192.0.2.1', null],
  ])('counts with %j from %s: %s', async (environment, remoteAddress, city) => {
    const server = await openServer(environment);
    const workspace = await server.world.workspace();
    const headers = { 'x-api-key': await publishableKey(server.world, workspace), 'cf-ipcity': 'Köln' };
    const payload = { anonymousId: 'a1', name: 'seen' };
    const sent = { method: 'POST', url: '/api/support/events', headers, payload, remoteAddress } as const;
    expect(answerOf(await server.app.inject(sent)).status).toBe(200);
    const { body } = await server.call(workspace.keys.secretKey, 'GET', '/visitors/anon:a1');
    expect((body.data as Visitor).location.city).toBe(city);
    await server.close();
  });
});
