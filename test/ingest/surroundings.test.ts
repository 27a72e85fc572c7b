/** Browser, system, device and place of an item: whose word counts, and what is left out. */
import { describe, expect, it } from 'vitest';
import { readUserAgent } from '../../src/infra/user-agent.ts';
import type { Sender } from '../../src/ingest/sender.ts';
import { accepted, CHROME, track } from '../support/normalising.ts';

const of = (context: object | undefined, changes: Partial<Sender>) => accepted(track({ context }), changes);
const publishable = (changes: Partial<Sender> = {}) => ({ kind: 'publishable', ...changes }) as const;
const secret = (changes: Partial<Sender> = {}) => ({ kind: 'secret', ...changes }) as const;
const machine = {
  browser: { name: 'Chrome', version: '120.0.0' },
  os: { name: 'macOS', version: '14.0' },
  device: { type: 'desktop', vendor: 'Apple' },
};
const newYork = { city: 'New York', country: 'US', timezone: 'America/New_York' };

describe('the machine', () => {
  it('is that of the request with a publishable key', () => {
    expect(of({ userAgent: 'Other/1' }, publishable({ userAgent: CHROME })).surroundings).toEqual(machine);
  });

  it('is that of the context with a secret key', () => {
    expect(of({ userAgent: CHROME }, secret()).surroundings).toEqual(machine);
    expect(of(undefined, secret({ userAgent: CHROME })).surroundings).toEqual({});
  });

  it.each<[string, object]>([
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 Mobile/15E148 Safari/604.1',
      { browser: { name: 'Safari', version: '17.2' }, os: { name: 'iOS', version: '17.2' } },
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0',
      { browser: { name: 'Microsoft Edge', version: '120.0' }, os: { name: 'Windows', version: '10' } },
    ],
    [
      'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0',
      { browser: { name: 'Firefox', version: '120.0' }, os: { name: 'Linux', version: null } },
    ],
  ])('is read from %s', (userAgent, expected) => {
    expect(of(undefined, publishable({ userAgent })).surroundings).toMatchObject(expected);
  });

  it.each(['', ' ', 'x', '\u{1f600}', '('.repeat(50_000)])('is left out when it says nothing', (userAgent) => {
    expect(of(undefined, publishable({ userAgent })).surroundings).toEqual({});
  });
});

describe('a bot', () => {
  it.each([
    'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0 Safari/537.36',
    'facebookexternalhit/1.1',
    'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  ])('is %s', (userAgent) => {
    expect(readUserAgent(userAgent).bot).toBe(true);
  });

  it.each([CHROME, 'node', 'curl/8.5.0', 'okhttp/4.9.3', 'Acme/3.2 (iPhone; iOS 17.2)', 'analytics-node/2.1', ''])(
    'is not the program of somebody who holds a key: %s',
    (userAgent) => {
      expect(readUserAgent(userAgent).bot).toBe(false);
    },
  );
});

describe('the place', () => {
  const geo = { locate: (ip: string) => (ip === '192.0.2.1' ? newYork : null) };
  const proxyPlace = { country: 'de', city: 'Köln' };

  it('is looked up by the address of the request with a publishable key', () => {
    expect(of({ ip: '192.0.2.9' }, publishable({ geo, ip: '192.0.2.1', proxyPlace })).surroundings.location).toEqual(
      newYork,
    );
  });

  it('is what the proxy says where nothing is found', () => {
    expect(of(undefined, publishable({ geo, ip: '192.0.2.9', proxyPlace })).surroundings.location).toEqual({
      city: 'Köln',
      country: 'DE',
    });
  });

  it('is looked up by the address of the context with a secret key', () => {
    expect(of({ ip: '192.0.2.1' }, secret({ geo, ip: '192.0.2.9' })).surroundings.location).toEqual(newYork);
    expect(of({ ip: '192.0.2.9' }, secret({ geo, ip: '192.0.2.1', proxyPlace })).surroundings).toEqual({});
  });

  it('is what a server says where nothing is found, but not what a page says', () => {
    const context = { country: 'at', city: ' Wien ' };
    expect(of(context, secret()).surroundings.location).toEqual({ country: 'AT', city: 'Wien' });
    expect(of(context, publishable()).surroundings).toEqual({});
  });

  it('has the time zone of the browser before that of the address', () => {
    const place = of({ timezone: 'Europe/Berlin' }, publishable({ geo, ip: '192.0.2.1' })).surroundings.location;
    expect(place).toEqual({ ...newYork, timezone: 'Europe/Berlin' });
  });

  it.each(['XX', 'T1', '', 'Germany', 'D'])('has no country when the proxy says %j', (country) => {
    expect(of(undefined, publishable({ proxyPlace: { country } })).surroundings).toEqual({});
  });
});

describe('what is unusable in context', () => {
  it.each([
    ['timezone', 'Mars/Olympus'],
    ['timezone', '+02:00'],
    ['timezone', 7],
    ['timezone', 'x'.repeat(8000)],
    ['country', 'Germany'],
    ['city', 'x'.repeat(256)],
    ['city', {}],
    ['userAgent', []],
    ['ip', 1],
  ])('%s %j is left out with a warning, and the item kept', (key, value) => {
    const item = of({ [key]: value }, secret());
    expect(item.surroundings).toEqual({});
    expect(item.warnings).toEqual([{ code: 'context_ignored', pointer: `/context/${key}` }]);
  });

  it('does not include nothing at all', () => {
    expect(of({ timezone: null, city: '', country: undefined }, secret()).warnings).toEqual([]);
  });
});
