/** Edits of a profile follow the rules of traits. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseEdit as normaliseAt } from '../../src/normalise/edit.ts';
import { nested, RECEIVED_AT, wide } from '../support/normalising.ts';

const normaliseEdit = (body: unknown) => normaliseAt(body, new Date(RECEIVED_AT));

describe('an edit', () => {
  it('becomes registers', () => {
    const attributes = { plan: 'enterprise', accountManager: 'Jane Smith', old: null };
    expect(normaliseEdit({ name: ' Jo ', email: null, attributes })).toEqual({
      values: {
        name: 'Jo',
        email: null,
        'attributes.plan': 'enterprise',
        'attributes.accountManager': 'Jane Smith',
        'attributes.old': null,
      },
      warnings: [],
    });
  });

  it('of nothing sets nothing', () => {
    expect(normaliseEdit({})).toEqual({ values: {}, warnings: [] });
  });

  it('means the same company and date in attributes as in traits', () => {
    expect(normaliseEdit({ attributes: { company: 'Acme', createdAt: '2024-01-01' } })).toEqual({
      values: { 'attributes.createdAt': '2024-01-01T00:00:00.000Z', company: { id: 'Acme' } },
      company: { externalId: 'Acme', values: { name: 'Acme' } },
      warnings: [],
    });
  });

  it('has the company beside the attributes win', () => {
    const attributes = { company: 'Old' };
    expect(normaliseEdit({ attributes, company: 'New' })).toMatchObject({
      values: { company: { id: 'New' } },
      company: { externalId: 'New' },
    });
    expect(normaliseEdit({ attributes, company: null })).toEqual({ values: { company: null }, warnings: [] });
  });

  it('keeps attributes called like contact fields apart from these', () => {
    expect(normaliseEdit({ name: 'Jo', attributes: { name: 'x' } })).toMatchObject({
      values: { name: 'Jo', 'attributes.name': 'x' },
    });
  });

  it('is cleaned', () => {
    const body = JSON.parse('{"name":"J\\u0000o","attributes":{"__proto__":1,"a":"\\ud800"}}') as unknown;
    expect(normaliseEdit(body)).toMatchObject({
      values: { name: 'Jo', 'attributes.a': '\ufffd' },
      warnings: [{ code: 'text_cleaned' }, { code: 'key_dropped' }, { code: 'text_cleaned' }],
    });
  });

  it('takes 8 levels of attributes', () => {
    expect(normaliseEdit({ attributes: nested(8) })).toHaveProperty('values');
    expect(normaliseEdit({ attributes: nested(9) })).toMatchObject({ code: 'too_deep', limit: 8 });
  });

  it.each<[unknown, string, string]>([
    [null, 'wrong_type', ''],
    [[], 'wrong_type', ''],
    [{ name: 7 }, 'wrong_type', '/name'],
    [{ avatarUrl: 'javascript:x' }, 'bad_url', '/avatarUrl'],
    [{ attributes: 'x' }, 'wrong_type', '/attributes'],
    [{ attributes: { createdAt: 'x' } }, 'bad_timestamp', '/attributes/createdAt'],
    [{ attributes: { company: {} } }, 'missing_field', '/attributes/company/id'],
    [{ attributes: { bio: 'x'.repeat(8193) } }, 'value_too_long', '/attributes/bio'],
    [{ attributes: wide(256) }, 'too_many_attributes', '/attributes'],
    [{ userId: 'u' }, 'unknown_field', '/userId'],
  ])('is refused as %j', (body, code, pointer) => {
    expect(normaliseEdit(body)).toMatchObject({ code, faults: [{ pointer }] });
  });

  it('never throws', () => {
    const body = fc.oneof(
      fc.anything(),
      fc.record({ name: fc.anything(), attributes: fc.anything(), company: fc.anything() }),
    );
    fc.assert(fc.property(body, (raw) => void expect(normaliseEdit(raw)).toBeTypeOf('object')));
  });
});
