/** Every limit of an item, at it and one beyond it. */
import { describe, expect, it } from 'vitest';
import { normaliseItem } from '../../src/ingest/normalise.ts';
import { MAX_ATTRIBUTES, MAX_BODY_DEPTH, MAX_ITEM_BYTES, MAX_ITEM_DEPTH, MAX_LENGTH } from '../../src/limits.ts';
import { accepted, identify, nested, refused, sender, track, wide } from '../support/normalising.ts';

const text = (length: number) => 'x'.repeat(length);
const url = (length: number) => `https://a.example/${text(length)}`.slice(0, length);
const path = (length: number) => `/${text(length - 1)}`;
const page = (fields: object) => ({ type: 'page', userId: 'u', url: '/', ...fields });
const session = (fields: object) => ({ type: 'session', userId: 'u', sessionId: 's', action: 'end', ...fields });
const group = (fields: object) => ({ type: 'group', userId: 'u', groupId: 'g', ...fields });

interface Limit {
  readonly what: string;
  readonly limit: number;
  readonly code: string;
  readonly pointer: string;
  /** The item with `size` of it. */
  readonly item: (size: number) => unknown;
}

const { id, name, email, phone, eventName, pageName, title, value, key } = MAX_LENGTH;

const LIMITS: readonly Limit[] = [
  { what: 'userId', limit: id, code: 'id_too_long', pointer: '/userId', item: (n) => track({ userId: text(n) }) },
  {
    what: 'anonymousId',
    limit: id,
    code: 'id_too_long',
    pointer: '/anonymousId',
    item: (n) => track({ anonymousId: text(n) }),
  },
  {
    what: 'messageId',
    limit: id,
    code: 'id_too_long',
    pointer: '/messageId',
    item: (n) => track({ messageId: text(n) }),
  },
  {
    what: 'sessionId',
    limit: id,
    code: 'id_too_long',
    pointer: '/sessionId',
    item: (n) => track({ sessionId: text(n) }),
  },
  {
    what: 'previousId',
    limit: id,
    code: 'id_too_long',
    pointer: '/previousId',
    item: (n) => ({ type: 'alias', userId: 'u', previousId: text(n) }),
  },
  { what: 'groupId', limit: id, code: 'id_too_long', pointer: '/groupId', item: (n) => group({ groupId: text(n) }) },
  {
    what: 'company name',
    limit: name,
    code: 'name_too_long',
    pointer: '/traits/name',
    item: (n) => group({ traits: { name: text(n) } }),
  },
  {
    what: 'company',
    limit: id,
    code: 'id_too_long',
    pointer: '/traits/company',
    item: (n) => identify({ company: text(n) }),
  },
  {
    what: 'event name',
    limit: eventName,
    code: 'name_too_long',
    pointer: '/name',
    item: (n) => track({ name: text(n) }),
  },
  { what: 'page name', limit: pageName, code: 'name_too_long', pointer: '/page', item: (n) => page({ page: text(n) }) },
  { what: 'title', limit: title, code: 'value_too_long', pointer: '/title', item: (n) => page({ title: text(n) }) },
  { what: 'url', limit: MAX_LENGTH.url, code: 'value_too_long', pointer: '/url', item: (n) => page({ url: path(n) }) },
  {
    what: 'referrer',
    limit: MAX_LENGTH.url,
    code: 'value_too_long',
    pointer: '/referrer',
    item: (n) => page({ referrer: url(n) }),
  },
  {
    what: 'page of a session',
    limit: MAX_LENGTH.url,
    code: 'value_too_long',
    pointer: '/page',
    item: (n) => session({ page: path(n) }),
  },
  {
    what: 'name',
    limit: name,
    code: 'name_too_long',
    pointer: '/traits/name',
    item: (n) => identify({ name: text(n) }),
  },
  {
    what: 'email',
    limit: email,
    code: 'value_too_long',
    pointer: '/traits/email',
    item: (n) => identify({ email: text(n) }),
  },
  {
    what: 'phone',
    limit: phone,
    code: 'value_too_long',
    pointer: '/traits/phone',
    item: (n) => identify({ phone: text(n) }),
  },
  {
    what: 'avatar',
    limit: MAX_LENGTH.url,
    code: 'value_too_long',
    pointer: '/traits/avatar',
    item: (n) => identify({ avatar: url(n) }),
  },
  {
    what: 'value of a trait',
    limit: value,
    code: 'value_too_long',
    pointer: '/traits/bio',
    item: (n) => identify({ bio: text(n) }),
  },
  {
    what: 'value in a list',
    limit: value,
    code: 'value_too_long',
    pointer: '/properties/a/1/b',
    item: (n) => track({ properties: { a: [0, { b: text(n) }] } }),
  },
  { what: 'key', limit: key, code: 'key_too_long', pointer: '/traits', item: (n) => identify({ [text(n)]: 1 }) },
  {
    what: 'key inside',
    limit: key,
    code: 'key_too_long',
    pointer: '/properties/a~1b',
    item: (n) => track({ properties: { 'a/b': { [text(n)]: 1 } } }),
  },
  {
    what: 'attributes',
    limit: MAX_ATTRIBUTES,
    code: 'too_many_attributes',
    pointer: '/traits',
    item: (n) => identify(wide(n)),
  },
  {
    what: 'properties',
    limit: MAX_ATTRIBUTES,
    code: 'too_many_attributes',
    pointer: '/properties',
    item: (n) => track({ properties: wide(n) }),
  },
  {
    what: 'attributes of a company',
    limit: MAX_ATTRIBUTES,
    code: 'too_many_attributes',
    pointer: '/traits',
    item: (n) => group({ traits: { id: 'g', name: 'Acme', ...wide(n) } }),
  },
  {
    what: 'attributes of a company in traits',
    limit: MAX_ATTRIBUTES,
    code: 'too_many_attributes',
    pointer: '/traits/company',
    item: (n) => identify({ company: { id: 'g', name: 'Acme', ...wide(n) } }),
  },
  {
    what: 'levels of traits',
    limit: MAX_ITEM_DEPTH,
    code: 'too_deep',
    pointer: '/traits/a/a/a/a/a/a/a/a',
    item: (n) => identify(nested(n)),
  },
  {
    what: 'levels of properties, lists included',
    limit: MAX_ITEM_DEPTH,
    code: 'too_deep',
    pointer: '/properties/l/0/a/a/a/a/a/a',
    item: (n) => track({ properties: { l: [nested(n - 2)] } }),
  },
  {
    what: 'levels of the item',
    limit: MAX_BODY_DEPTH,
    code: 'too_deep',
    pointer: `/context${'/a'.repeat(MAX_BODY_DEPTH - 1)}`,
    item: (n) => track({ context: nested(n - 1) }),
  },
  { what: 'bytes', limit: MAX_ITEM_BYTES, code: 'item_too_large', pointer: '', item: (n) => sized(n) },
  {
    what: 'bytes of wide characters',
    limit: MAX_ITEM_BYTES,
    code: 'item_too_large',
    pointer: '',
    item: (n) => sized(n, '"é€😀\n'),
  },
];

/** An item of exactly so many bytes of JSON in UTF-8. */
function sized(bytes: number, start = ''): unknown {
  const item = (filler: string[]) => track({ ignored: start, properties: { filler } });
  const filler = Array.from({ length: 4 }, () => text(7000));
  const missing = bytes - Buffer.byteLength(JSON.stringify(item([...filler, ''])));
  return item([...filler, text(missing)]);
}

describe('a limit', () => {
  it.each(LIMITS)('of $what: $limit are accepted', ({ limit, item }) => {
    expect(normaliseItem(item(limit), sender())).toHaveProperty('item');
  });

  it.each(LIMITS)('of $what: one more than $limit is refused, and told', ({ limit, code, pointer, item }) => {
    const verdict = refused(item(limit + 1));
    expect(verdict).toMatchObject({ status: 'rejected', code, pointer, limit });
    expect(verdict.detail).toContain(String(limit));
  });
});

describe('attributes are counted', () => {
  it('without the known traits and the keys that are dropped', () => {
    const known = { name: 'Jo', email: 'a@b.c', phone: '1', avatar: null, createdAt: null, company: null };
    const proto = JSON.parse('{"__proto__": 1, "constructor": 2}') as object;
    expect(accepted(identify({ ...known, ...wide(MAX_ATTRIBUTES) })).type).toBe('identify');
    expect(
      normaliseItem(
        track({ properties: Object.assign(Object.create(null), wide(MAX_ATTRIBUTES), { prototype: proto }) }),
        sender(),
      ),
    ).toHaveProperty('item');
  });
});

describe('what is ignored', () => {
  it('may have any keys and long values, within the size and depth of the item', () => {
    const stray = { [text(300)]: text(9000), ...wide(300), deep: nested(20) };
    expect(accepted(track({ stray, traits: nested(20) })).type).toBe('track');
  });
});

describe('the Idempotency-Key', () => {
  it('is a message id of at most 255 characters', () => {
    expect(accepted(track(), { idempotencyKey: text(id) }).messageId).toBe(text(id));
    expect(refused(track(), { idempotencyKey: text(id + 1) })).toMatchObject({ code: 'id_too_long', limit: id });
  });
});
