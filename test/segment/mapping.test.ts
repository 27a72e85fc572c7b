/** Segment's messages as ingestion items: what each field becomes, and that nothing hostile gets past the pipeline. */
import { describe, expect, it } from 'vitest';
import type { Item } from '../../src/contract/item.ts';
import { normaliseItem } from '../../src/ingest/normalise.ts';
import { type SegmentEnvelope, segmentItem } from '../../src/normalise/segment.ts';
import { isSegmentLibrary } from '../../src/normalise/segment-common.ts';
import { nested, RECEIVED_AT, sender, wide } from '../support/normalising.ts';

const BROWSER = 'f2d4c6a8-1b3d-4f5e-8a7c-9e0b2d4f6a81';
const iso = (ms: number) => new Date(ms).toISOString();

/** What the pipeline makes of a message. */
function judged(message: unknown, envelope?: SegmentEnvelope) {
  return normaliseItem(segmentItem(message, undefined, envelope), sender());
}

/** The item a message becomes; fails the test when it was refused. */
function stored<Type extends Item['type']>(type: Type, message: unknown, envelope?: SegmentEnvelope) {
  const result = judged(message, envelope);
  if (!('item' in result)) throw new Error(`Not accepted: ${JSON.stringify(result)}`);
  expect(result.item.type).toBe(type);
  return result.item as Extract<Item, { type: Type }>;
}

/** Why a message was refused. */
function code(message: unknown): string {
  const result = judged(message);
  return 'item' in result ? 'accepted' : result.code;
}

describe('identify', () => {
  it('sets the traits of the spec and links the browser', () => {
    const traits = {
      firstName: 'Ada',
      lastName: 'Lovelace',
      email: 'ada@example.com',
      phone: 15550100,
      avatar: 'https://example.com/ada.png',
      createdAt: '2024-01-02T03:04:05.000Z',
      company: { id: 'acme', name: 'Acme Inc', employee_count: 7 },
      plan: 'premium',
      address: { city: 'London' },
    };
    const item = stored('identify', { type: 'identify', userId: 'user-1', anonymousId: BROWSER, traits });
    expect(item.who).toEqual({ userId: 'user-1', anonymousId: BROWSER });
    expect(item.traits).toMatchObject({
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      phone: '15550100',
      avatarUrl: 'https://example.com/ada.png',
      'attributes.createdAt': '2024-01-02T03:04:05.000Z',
      'attributes.plan': 'premium',
      'attributes.address': { city: 'London' },
      company: { id: 'acme' },
    });
    expect(item.company).toEqual({
      externalId: 'acme',
      values: { name: 'Acme Inc', 'attributes.employee_count': 7 },
    });
  });

  it.each([[undefined], [null], ['']])('without a userId (%j) sets traits of the browser', (userId) => {
    const item = stored('update', { type: 'identify', userId, anonymousId: BROWSER, traits: { plan: 'free' } });
    expect([item.who, item.traits]).toEqual([{ anonymousId: BROWSER }, { 'attributes.plan': 'free' }]);
  });

  it('without anything to say is a sign of life', () => {
    expect(stored('update', { type: 'identify', anonymousId: BROWSER }).traits).toEqual({});
    expect(stored('identify', { type: 'identify', userId: 'user-1', traits: null }).traits).toEqual({});
  });

  it('takes traits of the context where the call says nothing newer', () => {
    const context = { traits: { plan: 'free', role: 'admin' } };
    const item = stored('identify', { type: 'identify', userId: 'user-1', traits: { plan: 'premium' }, context });
    expect(item.traits).toEqual({ 'attributes.plan': 'premium', 'attributes.role': 'admin' });
  });

  it('removes what is null', () => {
    const item = stored('identify', { type: 'identify', userId: 'user-1', traits: { email: null, plan: null } });
    expect(item.traits).toEqual({ email: null, 'attributes.plan': null });
  });
});

describe('track', () => {
  const track = { type: 'track', userId: 'user-1', anonymousId: BROWSER, event: 'Order Completed' };

  it('keeps the name and the properties', () => {
    const item = stored('track', { ...track, properties: { revenue: 99.5, products: [{ id: 1 }] } });
    expect([item.name, JSON.parse(item.properties)]).toEqual([
      'Order Completed',
      { revenue: 99.5, products: [{ id: 1 }] },
    ]);
  });

  it('changes nobody by the traits in its context', () => {
    const item = stored('track', { ...track, context: { traits: { email: 'ada@example.com' } } });
    expect(item.surroundings).toEqual({});
    expect(item).not.toHaveProperty('traits');
  });

  it('keeps nothing that is not of the protocol', () => {
    const foreign = {
      visitorId: 'user:somebody-else',
      name: 'other',
      writeKey: 'pk_other',
      _metadata: {},
      channel: 's',
    };
    const item = stored('track', { ...track, ...foreign });
    expect([item.who, item.name]).toEqual([{ userId: 'user-1', anonymousId: BROWSER }, 'Order Completed']);
    expect(JSON.stringify(item)).not.toContain('pk_other');
  });
});

describe('page and screen', () => {
  const page = (fields: Record<string, unknown>) => stored('page', { type: 'page', anonymousId: BROWSER, ...fields });

  it('prefers what the call says to what the SDK noted', () => {
    const item = page({
      name: 'Pricing',
      properties: { url: 'https://example.com/pricing', title: 'Prices' },
      context: { page: { url: 'https://example.com/other', title: 'Other', referrer: 'https://search.example/' } },
    });
    expect([item.url, item.page, item.title, item.referrer]).toEqual([
      'https://example.com/pricing',
      'Pricing',
      'Prices',
      'https://search.example/',
    ]);
  });

  it('takes a path with its search where there is no address', () => {
    expect(page({ properties: { path: '/docs', search: '?q=merge' } }).url).toBe('/docs?q=merge');
    expect(page({ properties: { path: '/docs?a=1', search: '?q=merge' } }).url).toBe('/docs?a=1');
    expect(page({ context: { page: { path: '/docs' } } }).url).toBe('/docs');
  });

  it('makes a path of category and name where there is neither', () => {
    const item = page({ category: 'Docs', name: 'Getting started/1' });
    expect([item.url, item.page]).toEqual(['/Docs/Getting%20started%2F1', 'Docs Getting started/1']);
    expect(code({ type: 'page', anonymousId: BROWSER })).toBe('missing_field');
  });

  it('sees a screen as a page', () => {
    const item = stored('page', { type: 'screen', userId: 'user-1', name: 'Settings', properties: { tab: 'keys' } });
    expect([item.url, item.page]).toEqual(['/Settings', 'Settings']);
  });

  it('survives half a character in a name', () => {
    expect(page({ name: 'a\ud800b' }).url).toBe('/a%EF%BF%BDb');
  });

  it('leaves out a referrer that is no web address, and keeps the page', () => {
    expect(page({ properties: { url: '/a', referrer: 'android-app://com.example' } }).referrer).toBeUndefined();
    expect(page({ properties: { url: '/a', referrer: 3 } }).referrer).toBeUndefined();
  });

  it('has the campaign of its address, else of its context', () => {
    const campaign = { source: 'letter', name: 'spring', id: 7, __proto__: null, 'a b': 'x', content: ' ' };
    expect(page({ properties: { url: '/?utm_source=ad' }, context: { campaign } }).utm).toEqual({ source: 'ad' });
    expect(page({ properties: { url: '/' }, context: { campaign } }).utm).toEqual({
      source: 'letter',
      campaign: 'spring',
    });
    expect(page({ properties: { url: '/' }, context: { campaign: ['letter'] } }).utm).toBeUndefined();
  });
});

describe('group and alias', () => {
  it('names a company and what is known of it', () => {
    const traits = { name: 'Acme Inc', industry: 'Tools' };
    const item = stored('group', { type: 'group', anonymousId: BROWSER, groupId: 17, traits });
    expect(item.company).toEqual({ externalId: '17', values: { name: 'Acme Inc', 'attributes.industry': 'Tools' } });
  });

  it('says who a previous id was', () => {
    const item = stored('alias', { type: 'alias', previousId: BROWSER, userId: 'user-1' });
    expect([item.previousId, item.who]).toEqual([BROWSER, { userId: 'user-1' }]);
    expect(code({ type: 'alias', previousId: '', userId: 'user-1' })).toBe('missing_field');
  });
});

describe('the time of a message', () => {
  const at = (fields: Record<string, unknown>, envelope?: SegmentEnvelope) =>
    iso(stored('track', { type: 'track', userId: 'u', event: 'e', ...fields }, envelope).timestamp);
  const hour = 3_600_000;
  const [now, anHourAgo, twoHoursAgo] = [iso(RECEIVED_AT), iso(RECEIVED_AT - hour), iso(RECEIVED_AT - 2 * hour)];

  it('is the timestamp of a sender whose clock is right', () => {
    expect(at({ timestamp: anHourAgo, sentAt: now })).toBe(anHourAgo);
    expect(at({ timestamp: anHourAgo })).toBe(anHourAgo);
  });

  it('is corrected by what the clock of the sender is off', () => {
    expect(at({ timestamp: twoHoursAgo, sentAt: anHourAgo })).toBe(anHourAgo);
  });

  it('is not corrected a second time: the original counts, together with sentAt', () => {
    expect(at({ originalTimestamp: twoHoursAgo, sentAt: anHourAgo, timestamp: anHourAgo })).toBe(anHourAgo);
    expect(at({ originalTimestamp: twoHoursAgo, timestamp: anHourAgo })).toBe(anHourAgo);
    expect(at({ originalTimestamp: twoHoursAgo })).toBe(twoHoursAgo);
  });

  it('is left alone when another server took the message before us', () => {
    const passedOn = { timestamp: twoHoursAgo, originalTimestamp: iso(RECEIVED_AT - 3 * hour), sentAt: twoHoursAgo };
    expect(at({ ...passedOn, receivedAt: anHourAgo }, { sentAt: anHourAgo })).toBe(twoHoursAgo);
  });

  it("is corrected by the batch's sentAt when the message has none", () => {
    expect(at({ timestamp: twoHoursAgo }, { sentAt: anHourAgo })).toBe(anHourAgo);
    expect(at({ timestamp: twoHoursAgo, sentAt: now }, { sentAt: anHourAgo })).toBe(twoHoursAgo);
  });

  it('is refused when it is none', () => {
    expect(code({ type: 'track', userId: 'u', event: 'e', timestamp: 1718452800 })).toBe('bad_timestamp');
  });
});

describe('the surroundings of a message', () => {
  const item = (context: unknown, envelope?: SegmentEnvelope) =>
    stored('track', { type: 'track', userId: 'u', event: 'e', context }, envelope);

  it('are read from its context', () => {
    const userAgent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36';
    const location = { city: 'London', country: 'GB' };
    expect(item({ userAgent, timezone: 'Europe/London', location, ip: '' }).surroundings).toMatchObject({
      browser: { name: 'Chrome' },
      os: { name: 'Windows' },
      location: { city: 'London', country: 'GB', timezone: 'Europe/London' },
    });
  });

  it('lose no message when they are unusable', () => {
    for (const context of [[], 'text', 7, { page: [], location: 'here', timezone: {} }]) {
      expect(item(context).surroundings).toEqual({});
    }
  });

  it("are the batch's where the message has none", () => {
    const envelope = { context: { timezone: 'Europe/Paris', location: { country: 'FR' } } };
    expect(item({ timezone: 'Europe/London' }, envelope).surroundings.location).toEqual({
      timezone: 'Europe/London',
      country: 'FR',
    });
  });

  it.each([
    ['of the message', { sessionId: 's-1' }, 's-1'],
    ['of the context', { context: { sessionId: 1718452800000 } }, '1718452800000'],
    ['of a plugin', { integrations: { 'Actions Amplitude': { session_id: 1718452800000 } } }, '1718452800000'],
    ['that a plugin has not begun', { integrations: { 'Actions Amplitude': { session_id: -1 } } }, undefined],
    ['that is none', { sessionId: { id: 1 }, integrations: { 'Actions Amplitude': true } }, undefined],
  ])('have the session %s', (_where, fields, sessionId) => {
    expect(stored('track', { type: 'track', userId: 'u', event: 'e', ...fields }).sessionId).toBe(sessionId);
  });

  it.each([
    ['analytics-node-next/latest', true],
    ['analytics-go (version: 3.0.0)', true],
    ['AnalyticsSwift/1.5', true],
    ['Mozilla/5.0 (X11; Linux x86_64) analytics-browser', false],
    [undefined, false],
  ])('are not those of the library %s', (userAgent, isLibrary) => {
    expect(isSegmentLibrary(userAgent)).toBe(isLibrary);
  });
});

describe('a hostile message', () => {
  const track = { type: 'track', userId: 'user-1', event: 'e' };

  it.each<[string, unknown, string]>([
    ['no object', null, 'wrong_type'],
    ['a list', [], 'wrong_type'],
    ['without a type', { userId: 'user-1' }, 'missing_field'],
    ['with an empty type', { ...track, type: '' }, 'missing_field'],
    ['of an unknown type', { ...track, type: 'purchase' }, 'unknown_type'],
    ["of one of our types that is none of Segment's", { ...track, type: 'session', action: 'start' }, 'unknown_type'],
    ['of a type that is a list', { ...track, type: ['track'] }, 'unknown_type'],
    ['of a type that every object has', { ...track, type: 'constructor' }, 'unknown_type'],
    ['about nobody', { ...track, userId: null }, 'no_one'],
    ['about a placeholder', { ...track, userId: 'undefined' }, 'illegal_id'],
    ['about a list', { ...track, userId: ['user-1'] }, 'illegal_id'],
    ['with an event that is a number', { ...track, event: 5 }, 'wrong_type'],
    ['without an event', { ...track, event: null }, 'missing_field'],
    ['with properties that are a list', { ...track, properties: [1] }, 'wrong_type'],
    ['with traits that are a list', { type: 'identify', userId: 'u', traits: [1] }, 'wrong_type'],
    ['with traits that are text', { type: 'group', userId: 'u', groupId: 'g', traits: 'x' }, 'wrong_type'],
    ['with 10,000 properties', { ...track, properties: wide(10_000) }, 'too_many_attributes'],
    ['with 10,000 traits in the context', { ...identify(), context: { traits: wide(10_000) } }, 'too_many_attributes'],
    ['nested 9 levels deep', { ...track, properties: nested(9) }, 'too_deep'],
    ['nested 5,000 levels deep', { ...track, properties: nested(5000) }, 'too_deep'],
    ['nested 5,000 levels deep in a name', { type: 'page', userId: 'u', name: nested(5000) }, 'too_deep'],
    ['larger than an item may be', { ...track, properties: wide(255), event: 'x'.repeat(40_000) }, 'item_too_large'],
    ['with a page that is no address', { type: 'page', userId: 'u', properties: { url: 'javascript:0' } }, 'bad_url'],
  ])('%s is refused', (_what, message, expected) => {
    expect(code(message)).toBe(expected);
  });

  it('may be deep and large where nobody looks', () => {
    const context = { device: nested(5000), library: 'x'.repeat(100_000) };
    expect(code({ ...track, context, integrations: nested(5000) })).toBe('accepted');
  });

  it('reaches no prototype', () => {
    const message = JSON.parse('{"type":"identify","userId":"u","traits":{"__proto__":{"admin":true},"plan":"x"}}');
    expect(stored('identify', message).traits).toEqual({ 'attributes.plan': 'x' });
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  function identify() {
    return { type: 'identify', userId: 'user-1', traits: { plan: 'x' } };
  }
});
