/** Addresses of pages: which are taken, and the campaign they carry. */
import { describe, expect, it } from 'vitest';
import { readUtm } from '../../src/normalise/page-url.ts';
import { accepted, refused } from '../support/normalising.ts';

const page = (fields: object) => ({ type: 'page' as const, userId: 'u', url: '/', ...fields });

const SCRIPTS = [
  'javascript:alert(1)',
  'JavaScript:alert(1)',
  ' javascript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  'vbscript:x',
  'file:///etc/passwd',
  'ftp://example.com/',
  'blob:https://example.com/x',
  'about:blank',
  'https:',
  'https://',
  'http:example.com',
  'https://a b/',
  'example.com',
  '?a=b',
  '#top',
  '\\evil',
];

describe('a page', () => {
  it.each(['/', '/pricing?a=b#c', '/ä/😀', 'https://example.com', 'HTTP://EXAMPLE.COM/x', 'http://localhost:3000/#/a'])(
    'may be %s',
    (url) => {
      expect(accepted(page({ url })).url).toBe(url);
    },
  );

  it('is trimmed', () => {
    expect(accepted(page({ url: ' /a\n' })).url).toBe('/a');
  });

  it.each(SCRIPTS)('may not be %j', (url) => {
    expect(refused(page({ url }))).toMatchObject({ code: 'bad_url', pointer: '/url' });
  });

  it.each(['', ' ', null])('may not be nothing (%j)', (url) => {
    expect(refused(page({ url }))).toMatchObject({ code: 'missing_field', pointer: '/url' });
  });
});

describe('a referrer', () => {
  it.each(['', ' ', null, undefined])('may be nothing (%j)', (referrer) => {
    expect(accepted(page({ referrer })).referrer).toBeUndefined();
  });

  it.each([...SCRIPTS, '/pricing'])('may not be %j', (referrer) => {
    expect(refused(page({ referrer }))).toMatchObject({ code: 'bad_url', pointer: '/referrer' });
  });
});

describe('a campaign', () => {
  it.each([
    ['/?utm_source=news&utm_medium=email&a=b', { source: 'news', medium: 'email' }],
    ['https://a.example/x?utm_campaign=spring%20sale#utm_source=x', { campaign: 'spring sale' }],
    ['/?UTM_Source=Big', { source: 'Big' }],
    ['/?utm_source=first&utm_source=second', { source: 'first' }],
    ['/?utm_source=&utm_term=x', { term: 'x' }],
    ['/?utm_source=a%00b', { source: 'ab' }],
    ['/?utm_source=%ff', { source: '\ufffd' }],
    ['/?utm_prototype=x&utm_constructor=y&utm___proto__=z&utm_id=1', { id: '1' }],
  ])('is read from %s', (url, utm) => {
    expect(readUtm(url)).toEqual(utm);
  });

  it.each([
    '/',
    '/utm_source=x',
    '/?autm_source=x',
    '/#?utm_source=x',
    '/?utm_source=%00',
    '/?utm_=x',
    '/?utm_constructor=x',
  ])('is not in %s', (url) => {
    expect(readUtm(url)).toBeUndefined();
  });
});
