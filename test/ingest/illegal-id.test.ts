/** Which ids name nobody, and which only look like it. */
import { describe, expect, it } from 'vitest';
import { isIllegalId } from '../../src/normalise/illegal-id.ts';

describe('an id names nobody when it is', () => {
  it.each([
    'null',
    'undefined',
    'anonymous',
    'guest',
    '0',
    '-1',
    'NaN',
    'none',
    'nil',
    '[object Object]',
    'true',
    'false',
  ])('the placeholder %s, in any case, padded or quoted', (word) => {
    for (const id of [
      word,
      word.toUpperCase(),
      ` ${word}\t`,
      `"${word}"`,
      `'${word}'`,
      `\\"${word}\\"`,
      `" ${word} "`,
    ]) {
      expect(isIllegalId(id), JSON.stringify(id)).toBe(true);
    }
  });

  it.each([
    '',
    ' ',
    '\u00a0\u200b\ufeff',
    '""',
    "''",
    '-',
    '--',
    '00',
    '000-000',
    '0 0',
    '00000000-0000-0000-0000-000000000000',
  ])('only zeros, dashes, quotes or white space: %j', (id) => {
    expect(isIllegalId(id)).toBe(true);
  });
});

describe('an id names somebody when it is', () => {
  it.each([
    'user-123',
    '1',
    '10',
    '-2',
    '01',
    '00000000-0000-0000-0000-000000000001',
    'nullable',
    'null@example.com',
    'guest-7',
    'anonymous-1',
    'trueman',
    'Nan Goldin',
    'object',
    '[object]',
    'undefined2',
    'jane@example.com',
    '用户',
    'o"brien',
  ])('%s', (id) => {
    expect(isIllegalId(id)).toBe(false);
  });
});
