/** Traits become registers: known fields, attributes, and the company they name. */
import { describe, expect, it } from 'vitest';
import { MAX_AHEAD_MS as DAY_MS } from '../../src/limits.ts';
import { accepted, identify, RECEIVED_AT, refused } from '../support/normalising.ts';

const read = (traits: Readonly<Record<string, unknown>>) => {
  const { traits: values, company } = accepted(identify(traits));
  return { values, company };
};

describe('traits', () => {
  it('of the documented example land where a profile shows them', () => {
    expect(
      read({
        name: 'John Doe',
        email: 'john@example.com',
        phone: '+1234567890',
        createdAt: '2024-01-01',
        plan: 'premium',
        company: 'Acme Inc',
        role: 'Admin',
        monthlySpend: 500,
      }),
    ).toEqual({
      values: {
        name: 'John Doe',
        email: 'john@example.com',
        phone: '+1234567890',
        'attributes.createdAt': '2024-01-01T00:00:00.000Z',
        'attributes.plan': 'premium',
        'attributes.role': 'Admin',
        'attributes.monthlySpend': 500,
        company: { id: 'Acme Inc' },
      },
      company: { externalId: 'Acme Inc', values: { name: 'Acme Inc' } },
    });
  });

  it('keep objects and lists as one value each', () => {
    const address = { street: 'Main St', numbers: [1, 2] };
    expect(read({ address, list: [] }).values).toEqual({ 'attributes.address': address, 'attributes.list': [] });
  });

  it('called like something of JavaScript are attributes like any other', () => {
    expect(read({ toString: 'x', hasOwnProperty: 1, attributes: {} }).values).toEqual({
      'attributes.toString': 'x',
      'attributes.hasOwnProperty': 1,
      'attributes.attributes': {},
    });
  });

  it('without a key are dropped', () => {
    const item = accepted(identify({ '': 1, '\0': 2, a: 3 }));
    expect(item.traits).toEqual({ 'attributes.a': 3 });
    expect(item.warnings.map(({ code }) => code)).toContain('key_dropped');
  });
});

describe('null removes', () => {
  it.each([
    ['name', 'name'],
    ['email', 'email'],
    ['phone', 'phone'],
    ['avatarUrl', 'avatarUrl'],
    ['avatar', 'avatarUrl'],
    ['createdAt', 'attributes.createdAt'],
    ['company', 'company'],
    ['plan', 'attributes.plan'],
  ])('%s', (trait, register) => {
    expect(read({ [trait]: null })).toEqual({ values: { [register]: null }, company: undefined });
  });

  it.each(['name', 'email', 'phone', 'avatarUrl', 'company'])('and so does empty %s', (trait) => {
    expect(read({ [trait]: '' }).values).toEqual({ [trait]: null });
    expect(read({ [trait]: '  ' }).values).toEqual({ [trait]: null });
  });

  it('but empty text is a value of an attribute', () => {
    expect(read({ plan: '' }).values).toEqual({ 'attributes.plan': '' });
  });
});

describe('createdAt', () => {
  it.each([
    ['a time with an offset', '2024-01-01T10:00:00+02:00', '2024-01-01T08:00:00.000Z'],
    ['a date', '2024-01-01', '2024-01-01T00:00:00.000Z'],
    ['long ago as text', '1985-04-12', '1985-04-12T00:00:00.000Z'],
    ['Unix seconds', 1704067200, '2024-01-01T00:00:00.000Z'],
    ['Unix milliseconds', 1704067200123, '2024-01-01T00:00:00.123Z'],
    ['the first Unix second of 2000', Date.UTC(2000, 0, 1) / 1000, '2000-01-01T00:00:00.000Z'],
    ['a day ahead', RECEIVED_AT + DAY_MS, '2024-06-16T12:00:00.000Z'],
  ])('is kept as RFC 3339 in UTC when sent as %s', (_form, sent, kept) => {
    expect(read({ createdAt: sent }).values).toEqual({ 'attributes.createdAt': kept });
  });
});

describe('contact fields', () => {
  it('are trimmed and else kept as sent', () => {
    expect(read({ name: ' Jo  Doe ', email: ' Jo@Example.COM ' }).values).toEqual({
      name: 'Jo  Doe',
      email: 'Jo@Example.COM',
    });
  });

  it('take a phone number as number', () => {
    expect(read({ phone: 1234567890 }).values).toEqual({ phone: '1234567890' });
  });

  it('take avatar for avatarUrl, which wins', () => {
    const [first, second] = ['https://a.example/1', 'http://a.example/2'];
    expect(read({ avatar: first }).values).toEqual({ avatarUrl: first });
    expect(read({ avatar: first, avatarUrl: second }).values).toEqual({ avatarUrl: second });
    expect(read({ avatar: first, avatarUrl: null }).values).toEqual({ avatarUrl: null });
  });

  it.each([
    ['name', 7, 'wrong_type'],
    ['name', { first: 'Jo' }, 'wrong_type'],
    ['email', true, 'wrong_type'],
    ['email', ['a@b.c'], 'wrong_type'],
    ['phone', {}, 'wrong_type'],
    ['avatarUrl', 1, 'wrong_type'],
    ['avatarUrl', 'javascript:alert(1)', 'bad_url'],
    ['avatarUrl', '/me.png', 'bad_url'],
    ['avatar', 'data:image/png;base64,AAAA', 'bad_url'],
    ['createdAt', 'last year', 'bad_timestamp'],
    ['createdAt', '2023-02-29', 'bad_timestamp'],
    ['createdAt', 0, 'bad_timestamp'],
    ['createdAt', Date.UTC(2000, 0, 1) / 1000 - 1, 'bad_timestamp'],
    ['createdAt', RECEIVED_AT + DAY_MS + 1, 'bad_timestamp'],
    ['createdAt', true, 'bad_timestamp'],
    ['createdAt', '', 'bad_timestamp'],
  ])('%s is refused as %j', (trait, value, code) => {
    expect(refused(identify({ [trait]: value }))).toMatchObject({ code, pointer: `/traits/${trait}` });
  });
});

describe('a name', () => {
  it('is made of first and last name where none is given', () => {
    expect(read({ firstName: ' Jane', lastName: 'Doe ' }).values).toEqual({
      name: 'Jane Doe',
      'attributes.firstName': ' Jane',
      'attributes.lastName': 'Doe ',
    });
  });

  it.each([
    { firstName: 'Jane', lastName: 'Doe', name: 'JD' },
    { firstName: 'Jane', lastName: 'Doe', name: null },
  ])('that is given wins: %j', (traits) => {
    expect(read(traits).values.name).toBe(traits.name);
  });

  it.each([
    { firstName: 'Jane' },
    { firstName: 'Jane', lastName: 7 },
    { firstName: '', lastName: ' ' },
    { firstName: 'x'.repeat(200), lastName: 'y'.repeat(200) },
  ])('is not made of less, or too much', (traits) => {
    expect(read(traits).values).not.toHaveProperty('name');
  });
});

describe('a company', () => {
  it.each([
    ['Acme Inc', 'Acme Inc', { name: 'Acme Inc' }],
    [{ id: 'c1' }, 'c1', {}],
    [{ id: 7, name: 'Acme' }, '7', { name: 'Acme' }],
    [{ name: 'Acme' }, 'Acme', { name: 'Acme' }],
    [{ id: null, name: 'Acme' }, 'Acme', { name: 'Acme' }],
    [{ id: '', name: 'Acme' }, 'Acme', { name: 'Acme' }],
    [{ id: 'c1', name: null }, 'c1', { name: null }],
    [{ id: 'c1', seats: 5, plan: null }, 'c1', { 'attributes.seats': 5, 'attributes.plan': null }],
  ])('said as %j is in the visitor by its id alone', (company, externalId, values) => {
    expect(read({ company })).toEqual({
      values: { company: { id: externalId } },
      company: { externalId, values },
    });
  });

  it.each(['None', 'Guest', '0', 'null'])('may be called %s, unlike a person', (name) => {
    expect(read({ company: name }).company?.externalId).toBe(name);
    expect(read({ company: { id: name } }).company?.externalId).toBe(name);
    expect(accepted({ type: 'group', userId: 'u1', groupId: name })).toMatchObject({ company: { externalId: name } });
  });

  it.each([
    [7, 'wrong_type', '/traits/company'],
    [['Acme'], 'wrong_type', '/traits/company'],
    [{}, 'missing_field', '/traits/company/id'],
    [{ id: '' }, 'missing_field', '/traits/company/id'],
    [{ id: ' ', name: ' ' }, 'missing_field', '/traits/company/id'],
    [{ id: false, name: 'Acme' }, 'wrong_type', '/traits/company/id'],
    [{ id: 'c1', name: 7 }, 'wrong_type', '/traits/company/name'],
  ])('is refused as %j', (company, code, pointer) => {
    expect(refused(identify({ company }))).toMatchObject({ code, pointer });
  });
});
