/** From what was sent to an item: types, who it is about, message ids, and who may say what. */
import { describe, expect, it } from 'vitest';
import { toWire } from '../../src/ids.ts';
import { normaliseItem } from '../../src/ingest/normalise.ts';
import { identifierHash, messageHash } from '../../src/services/keyed-hash.ts';
import { accepted, CHROME, identify, MADE_ID, RECEIVED_AT, refused, sender, track } from '../support/normalising.ts';

const UUID = '01890a5d-ac96-774b-bcce-b302099a8057';
const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';

describe('an item', () => {
  it('is read by its type', () => {
    const raw = track({ properties: { amount: 99.99 }, messageId: 'm1', sessionId: 's1' });
    expect(accepted(raw)).toEqual({
      type: 'track',
      who: { userId: 'user-123' },
      name: 'purchase_completed',
      properties: '{"amount":99.99}',
      messageId: 'm1',
      messageHash: messageHash(sender().hashKey, 'm1', 'server'),
      timestamp: RECEIVED_AT,
      receivedAt: RECEIVED_AT,
      sessionId: 's1',
      source: 'server',
      surroundings: {},
      bytes: Buffer.byteLength(JSON.stringify(raw)),
      warnings: [],
    });
  });

  it('has the type of its route, whatever it says itself', () => {
    const result = normaliseItem({ ...track(), type: 'alias' }, sender(), 'track');
    expect(result).toMatchObject({ item: { type: 'track' } });
  });

  it('may hold keys nobody knows', () => {
    expect(accepted(track({ integrations: { All: true }, writeKey: 'x' })).name).toBe('purchase_completed');
  });

  it('comes from a browser with a publishable key and from a server with a secret one', () => {
    expect(accepted(track(), { kind: 'publishable' }).source).toBe('browser');
    expect(accepted(track(), { kind: 'secret' }).source).toBe('server');
  });

  it.each([
    [{}, 'missing_field', '/type'],
    [{ type: null }, 'missing_field', '/type'],
    [{ type: 'purchase' }, 'unknown_type', '/type'],
    [{ type: 'constructor' }, 'unknown_type', '/type'],
    [{ type: ['track'] }, 'unknown_type', '/type'],
    [null, 'wrong_type', ''],
    [[], 'wrong_type', ''],
    ['track', 'wrong_type', ''],
    [7, 'wrong_type', ''],
    [undefined, 'wrong_type', ''],
  ])('is refused when it is %j', (raw, code, pointer) => {
    expect(refused(raw)).toMatchObject({ status: 'rejected', code, pointer });
  });
});

describe('who an item is about', () => {
  it('is said by any of the ids, or several', () => {
    expect(accepted(track()).who).toEqual({ userId: 'user-123' });
    expect(accepted(track({ userId: null, anonymousId: 'a1' })).who).toEqual({ anonymousId: 'a1' });
    expect(accepted(track({ anonymousId: 'a1' })).who).toEqual({ userId: 'user-123', anonymousId: 'a1' });
  });

  it('has to be said', () => {
    expect(refused({ type: 'track', name: 'x' })).toMatchObject({ code: 'no_one', pointer: '' });
    expect(refused(track({ userId: null, anonymousId: null, visitorId: null })).code).toBe('no_one');
  });

  it.each(['userId', 'anonymousId'])('is not said by a placeholder in %s', (field) => {
    for (const id of ['', 'null', '"undefined"', '[object Object]', 0, -1, true, {}, ['a'], 1.5, 2 ** 53]) {
      expect(refused(track({ userId: 'u', [field]: id })), JSON.stringify(id)).toMatchObject({
        code: 'illegal_id',
        pointer: `/${field}`,
      });
    }
  });

  it('may be a whole number, taken as text with a warning', () => {
    const item = accepted(track({ userId: 123 }));
    expect(item.who).toEqual({ userId: '123' });
    expect(item.warnings).toEqual([{ code: 'id_coerced', pointer: '/userId' }]);
  });

  it('is the id as it was sent, spaces and all', () => {
    expect(accepted(track({ userId: ' User 1 ' })).who).toEqual({ userId: ' User 1 ' });
  });

  it('is a placeholder still when cleaning made it one', () => {
    expect(refused(track({ userId: 'nu\0ll' }))).toMatchObject({ code: 'illegal_id', pointer: '/userId' });
    expect(refused(track({ userId: '\0' })).code).toBe('illegal_id');
  });
});

describe('visitorId', () => {
  it.each([
    [toWire('visitor', UUID), { visitorId: UUID }],
    ['user:u1', { userId: 'u1' }],
    ['anon:a1', { anonymousId: 'a1' }],
    ['user:a:b', { userId: 'a:b' }],
  ])('%s names somebody with a secret key', (visitorId, who) => {
    expect(accepted({ type: 'track', name: 'x', visitorId }).who).toEqual(who);
  });

  it('gives way to ids of the same kind', () => {
    expect(accepted(track({ visitorId: 'user:other' })).who).toEqual({ userId: 'user-123' });
    expect(accepted(track({ visitorId: 'anon:a1' })).who).toEqual({ userId: 'user-123', anonymousId: 'a1' });
  });

  it.each(['identify', 'update', 'track', 'page', 'session', 'group', 'alias'])(
    'is forbidden with a publishable key (%s)',
    (type) => {
      const raw = { type, userId: 'u', previousId: 'a', visitorId: toWire('visitor', UUID), sessionId: 's' };
      const rest = { name: 'x', traits: {}, url: '/', action: 'start', groupId: 'g' };
      expect(refused({ ...raw, ...rest }, { kind: 'publishable' })).toMatchObject({
        code: 'forbidden',
        pointer: '/visitorId',
      });
    },
  );

  it.each(['', 'vis_', 'vis_x', 'com_01h455vb4pex5vsknk084sn02q', UUID, 'U:1', 7, {}])(
    'is unknown as %j',
    (visitorId) => {
      expect(refused(track({ visitorId }))).toMatchObject({ code: 'unknown_visitor', pointer: '/visitorId' });
    },
  );

  it('cannot smuggle in a placeholder', () => {
    expect(refused(track({ visitorId: 'user:null' }))).toMatchObject({ code: 'illegal_id', pointer: '/visitorId' });
  });
});

describe('messageId', () => {
  it.each([
    ['its own', { messageId: 'own' }, 'key', 'own'],
    ['a number as text', { messageId: 42 }, 'key', '42'],
    ['cleaned', { messageId: 'o\0wn' }, undefined, 'own'],
    ['the Idempotency-Key without one', {}, 'key', 'key'],
    ['the Idempotency-Key instead of an empty one', { messageId: '' }, 'key', 'key'],
    ['made without either', { messageId: null }, undefined, MADE_ID],
  ])('is %s', (_sentence, fields, idempotencyKey, expected) => {
    const item = accepted(track(fields), { idempotencyKey });
    expect(item.messageId).toBe(expected);
    expect(item.messageHash).toBe(messageHash(sender().hashKey, expected, 'server'));
  });

  it('is told with a refusal too', () => {
    expect(refused(track({ messageId: 'own', name: '' })).messageId).toBe('own');
    expect(refused(track({ name: '' }), { idempotencyKey: 'key' }).messageId).toBe('key');
    expect(refused('not even an object').messageId).toBe(MADE_ID);
  });
});

describe('a refusal keeps what an issue may list', () => {
  const { hashKey } = sender();

  it('the type and the hash of the identifier it would have been stored under', () => {
    expect(refused(track({ name: '', anonymousId: 'a1' }))).toMatchObject({
      itemType: 'track',
      identifierHash: identifierHash(hashKey, 'user', 'user-123'),
    });
    expect(refused({ type: 'track', anonymousId: 'a1' }).identifierHash).toBe(identifierHash(hashKey, 'anon', 'a1'));
    expect(refused({ type: 'what', userId: 'u' }).itemType).toBeUndefined();
  });

  it('never a value', () => {
    const secret = 'canary-7f3a';
    const items = [
      track({ name: '', userId: secret }),
      track({ userId: [secret] }),
      track({ timestamp: secret }),
      { type: secret },
      identify({ avatarUrl: secret }),
      identify({ email: secret.repeat(100) }),
      { type: 'session', userId: 'u', sessionId: 's', action: secret },
    ];
    for (const item of items) expect(JSON.stringify(refused(item))).not.toContain(secret);
  });
});

describe('a bot', () => {
  it('is suppressed', () => {
    expect(refused(track({ messageId: 'm' }), { kind: 'publishable', userAgent: GOOGLEBOT })).toMatchObject({
      status: 'suppressed',
      code: 'bot',
      messageId: 'm',
    });
    expect(refused(track({ context: { userAgent: GOOGLEBOT } })).status).toBe('suppressed');
  });

  it('is told that its item is malformed first', () => {
    expect(refused(track({ name: '' }), { kind: 'publishable', userAgent: GOOGLEBOT }).status).toBe('rejected');
  });

  it('is not the browser of a person, nor the server that speaks for one', () => {
    expect(accepted(track(), { kind: 'publishable', userAgent: CHROME }).type).toBe('track');
    expect(accepted(track(), { kind: 'secret', userAgent: GOOGLEBOT }).type).toBe('track');
  });
});
