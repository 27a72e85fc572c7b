/** Which anonymousIds could be a secret, and which could be guessed. */
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { couldBeRandom } from '../../src/normalise/anonymous-id.ts';

const HEX = '9f86d081884c7d659a2feaa0c55ad015';
const BASE64URL = 'Zm9vYmFyLXF1eCE_Kz0x7A';

describe('an anonymousId that could be random', () => {
  it.each([
    '5f0c8a52-6f5e-4b53-9d0e-5a4c1d9b7e21',
    '5F0C8A52-6F5E-4B53-9D0E-5A4C1D9B7E21',
    '01a213af-2de0-7c01-a78c-46203348c7b6',
    HEX,
    HEX + HEX.split('').reverse().join(''),
    BASE64URL,
    'clx3v7m2k0000q8z5h1n9d4tr6w',
    'k3Jx9-PqW_7zLmT4vB8nYc',
  ])('%s', (id) => {
    expect(couldBeRandom(id)).toBe(true);
  });

  it('is whatever a machine makes at random', () => {
    const makers = [randomUUID, () => randomBytes(16).toString('hex'), () => randomBytes(17).toString('base64url')];
    const refused = makers.flatMap((make) => Array.from({ length: 3000 }, make).filter((id) => !couldBeRandom(id)));
    expect(refused).toEqual([]);
  });
});

describe('an anonymousId that could be guessed', () => {
  it.each([
    ['a number', '17'],
    ['31 hex digits', HEX.slice(1)],
    ['21 base64url characters', BASE64URL.slice(1)],
    ['a short id', '2f0c8d1e7a5b4936'],
    ['the nil UUID', '00000000-0000-0000-0000-000000000000'],
    ['the greatest UUID', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
    ['a UUID that counts', '00000000-0000-4000-8000-000000000017'],
    ['a UUID of a machine and time', '6ba7b810-9dad-11d1-80b4-00c04fd430c8'],
    ['a UUID of a name', '6fa459ea-ee8a-3ca4-894e-db77e160355e'],
    ['another UUID of a name', '886313e1-3b8a-5372-9b90-0c9aee199e5d'],
    ['digits in a row', '0123456789abcdef0123456789abcdef'],
    ['digits in a row, backwards', 'fedcba9876543210fedcba9876543210'],
    ['one digit', 'a'.repeat(32)],
    ['a padded number', '00000000000000000000000000012345'],
    ['one word again and again', 'deadbeef'.repeat(4)],
    ['letters in a row', 'abcdefghijklmnopqrstuvwxyz'],
    ['words', 'my-very-own-visitor-identifier'],
    ['words in capitals', 'THE_GREATEST_VISITOR_OF_ALL'],
    ['few characters', 'abAB12abAB12abAB12abAB12ab'],
    ['an email', 'ann.of.the.long.name@example.com'],
    ['text with a space', `${BASE64URL} `],
    ['text with a line behind it', `${HEX}\n`],
    ['text of another script', '用户'.repeat(20)],
  ])('%s', (_what, id) => {
    expect(couldBeRandom(id)).toBe(false);
  });
});
