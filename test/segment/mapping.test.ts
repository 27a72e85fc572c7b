/** Segment's calls as ingestion items: what each becomes, field by field. */
import { describe, expect, it } from 'vitest';
import { code, stored } from './judged.ts';

const BROWSER = 'f2d4c6a8-1b3d-4f5e-8a7c-9e0b2d4f6a81';

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
