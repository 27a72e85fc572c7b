/** What each type of item says, and what it has to say. */
import { describe, expect, it } from 'vitest';
import type { Item } from '../../src/contract/item.ts';
import { accepted, refused } from '../support/normalising.ts';

describe('each type', () => {
  const who = { userId: 'u' };
  const session = { type: 'session' as const, ...who, sessionId: 's', action: 'heartbeat' };
  const page = { type: 'page' as const, ...who, url: '/pricing?utm_source=x' };

  it('identify takes a userId, perhaps an anonymousId, and traits', () => {
    const item = accepted({ type: 'identify', ...who, anonymousId: 'a', visitorId: 'anon:b', traits: { name: 'Jo' } });
    expect(item).toMatchObject({ who: { userId: 'u', anonymousId: 'a' }, traits: { name: 'Jo' } });
    expect(accepted({ type: 'identify', ...who }).traits).toEqual({});
  });

  it('alias takes the id before and the user', () => {
    expect(accepted({ type: 'alias', ...who, previousId: 'a' })).toMatchObject({ who, previousId: 'a' });
  });

  it('page keeps address, name, title, referrer and campaign', () => {
    const more = { page: 'Pricing', title: 'Our prices', referrer: 'https://example.com/' };
    expect(accepted({ ...page, ...more })).toMatchObject({ url: page.url, ...more, utm: { source: 'x' } });
    expect(accepted({ ...page, url: '/', page: '', title: null, referrer: '' })).toMatchObject({
      page: undefined,
      title: undefined,
      referrer: undefined,
      utm: undefined,
    });
  });

  it.each(['start', 'heartbeat', 'end'])('session says %s', (action) => {
    expect(accepted({ ...session, action, page: '/a' })).toMatchObject({ action, sessionId: 's', page: '/a' });
  });

  it('session takes its referrer from the item, else from its context', () => {
    const context = { referrer: 'https://context.example/' };
    expect(accepted({ ...session, context }).referrer).toBe(context.referrer);
    expect(accepted({ ...session, context, referrer: 'https://own.example/' }).referrer).toBe('https://own.example/');
  });

  it('group names a company and what is known of it', () => {
    expect(
      accepted({ type: 'group', ...who, groupId: 9, traits: { name: 'Acme', id: 'x', plan: null } }),
    ).toMatchObject({
      company: { externalId: '9', values: { name: 'Acme', 'attributes.plan': null } },
    });
    expect(accepted({ type: 'group', ...who, groupId: 'g' }).company).toEqual({ externalId: 'g', values: {} });
  });

  it.each<[Item['type'], object, string, string]>([
    ['identify', { userId: undefined, anonymousId: 'a' }, 'missing_field', '/userId'],
    ['identify', { userId: null, anonymousId: 'a' }, 'illegal_id', '/userId'],
    ['identify', { traits: [] }, 'wrong_type', '/traits'],
    ['update', {}, 'missing_field', '/traits'],
    ['update', { traits: 'x' }, 'wrong_type', '/traits'],
    ['track', {}, 'missing_field', '/name'],
    ['track', { name: ' ' }, 'missing_field', '/name'],
    ['track', { name: 7 }, 'wrong_type', '/name'],
    ['track', { name: 'x', properties: [1] }, 'wrong_type', '/properties'],
    ['track', { name: 'x', context: 'x' }, 'wrong_type', '/context'],
    ['track', { name: 'x', sessionId: {} }, 'wrong_type', '/sessionId'],
    ['track', { name: 'x', messageId: true }, 'wrong_type', '/messageId'],
    ['page', {}, 'missing_field', '/url'],
    ['page', { page: '/dashboard' }, 'missing_field', '/url'],
    ['page', { url: 'dashboard' }, 'bad_url', '/url'],
    ['page', { url: '/', title: 7 }, 'wrong_type', '/title'],
    ['page', { url: '/', referrer: 'about:blank' }, 'bad_url', '/referrer'],
    ['session', { action: 'start' }, 'missing_field', '/sessionId'],
    ['session', { action: 'start', sessionId: '' }, 'missing_field', '/sessionId'],
    ['session', { sessionId: 's' }, 'missing_field', '/action'],
    ['session', { sessionId: 's', action: 'pause' }, 'unknown_action', '/action'],
    ['session', { sessionId: 's', action: 'end', context: { referrer: 'x' } }, 'bad_url', '/context/referrer'],
    ['group', {}, 'missing_field', '/groupId'],
    ['group', { groupId: null }, 'missing_field', '/groupId'],
    ['group', { groupId: ' ' }, 'missing_field', '/groupId'],
    ['group', { groupId: true }, 'wrong_type', '/groupId'],
    ['group', { groupId: 'g', traits: { name: 7 } }, 'wrong_type', '/traits/name'],
    ['alias', {}, 'missing_field', '/previousId'],
    ['alias', { previousId: 'guest' }, 'illegal_id', '/previousId'],
    ['alias', { previousId: 'a', userId: '' }, 'illegal_id', '/userId'],
  ])('%s with %j is refused: %s at %s', (type, fields, code, pointer) => {
    expect(refused({ type, ...who, ...fields })).toMatchObject({ status: 'rejected', code, pointer });
  });
});
