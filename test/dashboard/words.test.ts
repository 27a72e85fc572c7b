/** How the dashboard puts things into words, and what it takes from an address: pure functions, without a page. */
import { describe, expect, it } from 'vitest';
import { countIn, parseParameters, stringifyParameters } from '../../src/dashboard/data/url-state.ts';
import {
  counted,
  durationText,
  initials,
  isVisible,
  shownName,
  spelled,
  webAddress,
} from '../../src/dashboard/parts/text.ts';
import { localeOf, momentText, relativeText, timeIn } from '../../src/dashboard/parts/time-text.ts';
import { signInSearch } from '../../src/dashboard/sign-in/sign-in-search.ts';

const NOW = Date.parse('2024-01-15T12:00:00Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('a moment', () => {
  it.each([
    [MINUTE - 1, 'just now'],
    [MINUTE, '1 minute ago'],
    [HOUR - 1, '59 minutes ago'],
    [HOUR, '1 hour ago'],
    [DAY - 1, '23 hours ago'],
    [DAY, 'yesterday'],
    [30 * DAY - 1, '29 days ago'],
    [30 * DAY, 'last month'],
    [60 * DAY, '2 months ago'],
    [365 * DAY, 'last year'],
  ])('%i ms ago is %s', (distance, words) => {
    expect(relativeText(NOW - distance, NOW)).toBe(words);
  });

  it.each([
    ['en-US', 'Jan 5, 2024, 1:07 PM'],
    ['en-GB', '5 Jan 2024, 13:07'],
    ['de-DE', '5 Jan 2024, 13:07'],
    ['de', '5 Jan 2024, 13:07'],
    ['ja', 'Jan 5, 2024, 13:07'],
    ['no language', 'Jan 5, 2024, 1:07 PM'],
  ])('is written in English as the country of %s does: %s', (language, written) => {
    const moment = new Intl.DateTimeFormat(localeOf(language), {
      dateStyle: 'medium',
      timeStyle: 'short',
      timeZone: 'UTC',
    });
    // The space before AM and PM is a narrow one in some versions.
    expect(moment.format(Date.parse('2024-01-05T13:07:00Z')).replaceAll('\u202f', ' ')).toBe(written);
  });

  it('stays the day it was sent as, and is shown as it came when it is none', () => {
    expect(momentText('2024-01-01T00:00:00.000Z')).toBe('Jan 1, 2024');
    expect(momentText('soon')).toBe('soon');
  });

  it('has a time of day elsewhere, unless the zone is none', () => {
    expect(timeIn('America/New_York', NOW)).toBe('Mon 7:00 AM');
    expect(timeIn('Nowhere/At_All', NOW)).toBeNull();
  });
});

describe('numbers', () => {
  it('are counted, and seconds become minutes and hours', () => {
    expect([counted(1, 'page'), counted(1234, 'page')]).toEqual(['1 page', '1,234 pages']);
    expect([59, 60, 61, 3599, 3600, 3660].map(durationText)).toEqual([
      '59 s',
      '1 min',
      '1 min 1 s',
      '59 min 59 s',
      '1 h',
      '1 h 1 min',
    ]);
  });
});

describe('names', () => {
  it('of which nothing is to be seen are told by the id', () => {
    for (const unseen of ['', '\u200b\u2060', '\u202e', '\u3164', ' \t']) {
      expect([isVisible(unseen), shownName(unseen, 'vis_12345')]).toEqual([false, 'Name without letters, 2345']);
    }
    expect(shownName('Ann', 'vis_12345')).toBe('Ann');
    expect(shownName('\u202egnp.exe', 'vis_12345')).toBe('gnp.exe');
    expect(spelled('\u200b')).toBe('"\\u200b"');
  });

  it('have initials', () => {
    expect(['John Doe', 'ann@example.com', 'Łukasz', '𝒳 von 𝒴', '***'].map(initials)).toEqual([
      'JD',
      'AC',
      'Ł',
      '𝒳𝒴',
      '?',
    ]);
  });
});

describe('addresses', () => {
  it('are links only when they lead to the web', () => {
    for (const good of ['https://example.com/a', 'HTTP://example.com']) expect(webAddress(good)).toBe(good);
    for (const bad of ['javascript:alert(1)', ' https://example.com', 'data:text/html,x', '/path', 'https://', null]) {
      expect(webAddress(bad)).toBeNull();
    }
  });

  it('hold plain text, and nothing that was left out', () => {
    expect(stringifyParameters({ q: 'a&b=1 %', page: 2, sort: undefined, size: '' })).toBe('?q=a%26b%3D1+%25&page=2');
    expect(parseParameters('?q=a%26b%3D1+%25&page=2')).toEqual({ q: 'a&b=1 %', page: '2' });
    expect(['1', '2.5', '0', '-1', 'x', '1e99'].map(countIn)).toEqual([1, ...Array(5).fill(undefined)]);
  });

  it('to go back to after signing in are paths of the dashboard alone', () => {
    const from = '/visitors?q=a';
    expect(signInSearch({ from })).toEqual({ from });
    for (const elsewhere of [
      '//example.com',
      '/\\example.com',
      'https://example.com',
      '/..//example.com',
      '/../graphql',
      '/%2e%2e/graphql',
      '/visitors\\..\\..\\graphql',
      '/sign-in?from=/',
      1,
      undefined,
    ]) {
      expect(signInSearch({ from: elsewhere })).toEqual({});
    }
  });
});
