/** The client knows every code of the server, by a class of its own that fits the status it comes with. */
import { describe, expect, it } from 'vitest';
import * as sdk from '../../sdk/index.ts';
import { InvalidError, NotFoundError, RejectedError, ServerError, TransactionalSupportError } from '../../sdk/index.ts';
import { CLASS_OF_CODE, refusal } from '../../sdk/refusal.ts';
import { ITEM_CODES } from '../../src/contract/item-code.ts';
import { PROBLEMS } from '../../src/contract/problem.ts';

const classes = Object.values<unknown>(sdk).filter(
  (value): value is typeof TransactionalSupportError => typeof value === 'function' && value.prototype instanceof Error,
);

describe('every code of the server', () => {
  it('has a class, and there is no class for a code that is gone', () => {
    expect(Object.keys(CLASS_OF_CODE).sort()).toEqual(Object.keys(PROBLEMS).sort());
  });

  it.each(Object.entries(PROBLEMS))('%s becomes its own class', (code, { status }) => {
    const error = refusal('Said.', { code, status });
    expect(error).toBeInstanceOf(CLASS_OF_CODE[code as keyof typeof CLASS_OF_CODE]);
    expect(error).toMatchObject({ message: 'Said.', code, status });
  });

  it.each(Object.keys(ITEM_CODES))('%s of a rejected item becomes a RejectedError', (code) => {
    expect(refusal('Said.', { code, status: 422 })).toBeInstanceOf(RejectedError);
  });
});

describe('a code the client does not know', () => {
  it.each([
    [404, NotFoundError],
    [422, InvalidError],
    [500, ServerError],
    [599, ServerError],
    [418, TransactionalSupportError],
  ])('becomes the class of its status %i', (status, Class) => {
    expect(refusal('Said.', { code: 'of_tomorrow', status })).toBeInstanceOf(Class);
  });

  it('is not taken for one because every object has a member of its name', () => {
    expect(refusal('Said.', { code: 'constructor', status: 404 })).toBeInstanceOf(NotFoundError);
  });
});

describe('every class', () => {
  it.each(classes.map((Class) => [Class.name, Class] as const))(
    '%s says its name, whatever a minifier does',
    (name, Class) => {
      const made = new Class('Said.', { code: 'c' });
      expect(Object.getOwnPropertyDescriptor(made, 'name')?.value).toBe(name);
      expect(made).toBeInstanceOf(TransactionalSupportError);
    },
  );
});
