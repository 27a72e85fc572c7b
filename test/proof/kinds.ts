/** Proofs of every kind, right and wrong, as they stand in an item about Ann. */
import { MAX_JWT_LENGTH } from '../../src/limits.ts';
import { ANN, jwt, part, type Shop, userHash } from './shop.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Makes the fields of a proof. @param now seconds since 1970. @param foreign a secret of another workspace. */
type Make = (shop: Pick<Shop, 'secret' | 'publishableKey' | 'secretKey'>, now: number, foreign: string) => Raw;

const DAY = 86_400;

/** A valid token whose claims are padded until it is `length` characters long. */
function padded(secret: string, now: number, length: number): string {
  for (let pad = 0; ; pad++) {
    const token = jwt(secret, { sub: ANN, exp: now + 60, pad: 'x'.repeat(pad) });
    if (token.length >= length) return token;
    pad += Math.max(0, Math.floor(((length - token.length) * 3) / 4) - 4);
  }
}

/** What proves that somebody is Ann. */
export const VALID: Readonly<Record<string, Make>> = {
  'a hash': ({ secret }) => ({ userHash: userHash(secret) }),
  'a hash in capitals': ({ secret }) => ({ userHash: userHash(secret).toUpperCase() }),
  'a hash in the context': ({ secret }) => ({ context: { userHash: userHash(secret) } }),
  'a token': ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: now + 60 }) }),
  'a token in the context': ({ secret }, now) => ({ context: { token: jwt(secret, { sub: ANN, exp: now + 60 }) } }),
  'a token without a type': ({ secret }, now) => ({
    token: jwt(secret, { sub: ANN, exp: now + 60 }, { typ: undefined }),
  }),
  'a token that ends in one second': ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: now + 1 }) }),
  'a token that ends in exactly 24 h': ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: now + DAY }) }),
  'a token that begins now': ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: now + 60, nbf: now }) }),
  'a token made by a clock 60 s ahead': ({ secret }, now) => ({
    token: jwt(secret, { sub: ANN, exp: now + 90, iat: now + 60 }),
  }),
  'a token of the greatest length': ({ secret }, now) => ({ token: padded(secret, now, MAX_JWT_LENGTH - 3).slice(0) }),
  'a good token beside a bad hash': ({ secret }, now) => ({
    userHash: 'nothing',
    token: jwt(secret, { sub: ANN, exp: now + 60 }),
  }),
  'a hash beside a wrong one in the context': ({ secret }) => ({
    userHash: userHash(secret),
    context: { userHash: userHash(secret, 'bob') },
  }),
  'an empty hash, and a good one in the context': ({ secret }) => ({
    userHash: '',
    token: null,
    context: { userHash: userHash(secret) },
  }),
};

/** What proves nothing, with the place that is to blame. */
export const INVALID: Readonly<Record<string, readonly [pointer: string, make: Make]>> = {
  nothing: ['/userId', () => ({})],
  'empty texts': ['/userId', () => ({ userHash: '', token: '', context: { userHash: '', token: '' } })],
  'a hash of another userId': ['/userHash', ({ secret }) => ({ userHash: userHash(secret, 'bob') })],
  'a hash of the same letters in capitals': ['/userHash', ({ secret }) => ({ userHash: userHash(secret, 'ANN') })],
  'a hash of the quoted userId': ['/userHash', ({ secret }) => ({ userHash: userHash(secret, '"ann"') })],
  'a hash with another workspace’s secret': ['/userHash', (_shop, _now, foreign) => ({ userHash: userHash(foreign) })],
  'a hash with a made-up secret': ['/userHash', () => ({ userHash: userHash('ivs_0123456789abcdef') })],
  'a hash with an empty secret': ['/userHash', () => ({ userHash: userHash('') })],
  'a hash with the publishable key': ['/userHash', ({ publishableKey }) => ({ userHash: userHash(publishableKey) })],
  'a hash with the secret key': ['/userHash', ({ secretKey }) => ({ userHash: userHash(secretKey) })],
  'a hash that is one character short': ['/userHash', ({ secret }) => ({ userHash: userHash(secret).slice(0, 63) })],
  'a hash that is one byte short': ['/userHash', ({ secret }) => ({ userHash: userHash(secret).slice(0, 62) })],
  'a hash that is one byte longer': ['/userHash', ({ secret }) => ({ userHash: `${userHash(secret)}00` })],
  'a hash with a space behind it': ['/userHash', ({ secret }) => ({ userHash: `${userHash(secret)} ` })],
  'a hash with a NUL inside': ['/userHash', ({ secret }) => ({ userHash: `${userHash(secret).slice(0, 32)}\0` })],
  'a hash in base64': [
    '/userHash',
    ({ secret }) => ({ userHash: Buffer.from(userHash(secret), 'hex').toString('base64') }),
  ],
  'a list with the hash': ['/userHash', ({ secret }) => ({ userHash: [userHash(secret)] })],
  'a number as hash': ['/userHash', () => ({ userHash: 1 })],
  'true as hash': ['/userHash', () => ({ userHash: true })],
  'a wrong hash before a good one in the context': [
    '/userHash',
    ({ secret }) => ({ userHash: userHash(secret, 'bob'), context: { userHash: userHash(secret) } }),
  ],
  'a hash in the traits': ['/userId', ({ secret }) => ({ traits: { userHash: userHash(secret) } })],
  'a hash in the properties': ['/userId', ({ secret }) => ({ properties: { userHash: userHash(secret) } })],
  'a hash under another name': ['/userId', ({ secret }) => ({ user_hash: userHash(secret), hash: userHash(secret) })],
  'a hash as token': ['/token', ({ secret }) => ({ token: userHash(secret) })],
  'a token as hash': ['/userHash', ({ secret }, now) => ({ userHash: jwt(secret, { sub: ANN, exp: now + 60 }) })],
  'a token in the traits': [
    '/userId',
    ({ secret }, now) => ({ traits: { token: jwt(secret, { sub: ANN, exp: now + 60 }) } }),
  ],
  'a token that ends now': ['/token', ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: now }) })],
  'a token that ended': ['/token', ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: now - 3600 }) })],
  'a token that ends 24 h and 1 s ahead': [
    '/token',
    ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: now + DAY + 1 }) }),
  ],
  'a token that hardly ever ends': ['/token', ({ secret }) => ({ token: jwt(secret, { sub: ANN, exp: 1e300 }) })],
  'a token without an end': ['/token', ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, iat: now }) })],
  'a token whose end is a text': [
    '/token',
    ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: `${now + 60}` }) }),
  ],
  'a token that begins in one second': [
    '/token',
    ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: now + 60, nbf: now + 1 }) }),
  ],
  'a token made by a clock 61 s ahead': [
    '/token',
    ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: now + 90, iat: now + 61 }) }),
  ],
  'a token whose birth is a text': [
    '/token',
    ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: now + 60, iat: 'now' }) }),
  ],
  'a token of another userId': ['/token', ({ secret }, now) => ({ token: jwt(secret, { sub: 'bob', exp: now + 60 }) })],
  'a token of nobody': ['/token', ({ secret }, now) => ({ token: jwt(secret, { exp: now + 60 }) })],
  'a token of a list': ['/token', ({ secret }, now) => ({ token: jwt(secret, { sub: [ANN], exp: now + 60 }) })],
  'a token with the userId elsewhere': [
    '/token',
    ({ secret }, now) => ({ token: jwt(secret, { userId: ANN, user_id: ANN, exp: now + 60 }) }),
  ],
  'a token with another workspace’s secret': [
    '/token',
    (_shop, now, foreign) => ({ token: jwt(foreign, { sub: ANN, exp: now + 60 }) }),
  ],
  'a token with an empty secret': ['/token', (_shop, now) => ({ token: jwt('', { sub: ANN, exp: now + 60 }) })],
  'a token of alg none': [
    '/token',
    (_shop, now) => ({ token: `${part({ alg: 'none' })}.${part({ sub: ANN, exp: now + 60 })}.` }),
  ],
  'a token of alg none that is signed': [
    '/token',
    ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: now + 60 }, { alg: 'none' }) }),
  ],
  'a token of alg nOnE': [
    '/token',
    ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: now + 60 }, { alg: 'nOnE' }) }),
  ],
  'a token without an alg': [
    '/token',
    ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: now + 60 }, { alg: undefined }) }),
  ],
  'a token of alg HS512': [
    '/token',
    ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: now + 60 }, { alg: 'HS512' }, 'sha512') }),
  ],
  'a token of alg HS384': [
    '/token',
    ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: now + 60 }, { alg: 'HS384' }, 'sha384') }),
  ],
  'a token that says RS256 and is signed by HMAC': [
    '/token',
    ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: now + 60 }, { alg: 'RS256' }) }),
  ],
  'a token that brings its own key': [
    '/token',
    (_shop, now) => ({
      token: jwt(
        'mine',
        { sub: ANN, exp: now + 60 },
        { jwk: { kty: 'oct', k: Buffer.from('mine').toString('base64url') } },
      ),
    }),
  ],
  'a token with a critical extension': [
    '/token',
    ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: now + 60 }, { crit: ['b64'], b64: true }) }),
  ],
  'a token of another type': [
    '/token',
    ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: now + 60 }, { typ: 'visitor+jwt' }) }),
  ],
  'a token that holds a token': [
    '/token',
    ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: now + 60 }, { cty: 'JWT' }) }),
  ],
  'a token within a token': [
    '/token',
    ({ secret }, now) => ({
      token: `${part({ alg: 'HS256' })}.${Buffer.from(jwt(secret, { sub: ANN, exp: now + 60 })).toString('base64url')}.AA`,
    }),
  ],
  'a token without its signature': [
    '/token',
    ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: now + 60 }).replace(/[^.]+$/, '') }),
  ],
  'a token cut short': [
    '/token',
    ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: now + 60 }).slice(0, -1) }),
  ],
  'a token with two parts': [
    '/token',
    ({ secret }, now) => ({ token: jwt(secret, { sub: ANN, exp: now + 60 }).replace(/\.[^.]+$/, '') }),
  ],
  'claims changed behind the signature': [
    '/token',
    ({ secret }, now) => {
      const [header, , signature] = jwt(secret, { sub: 'bob', exp: now + 60 }).split('.');
      return { token: `${header}.${part({ sub: ANN, exp: now + 60 })}.${signature}` };
    },
  ],
  'a token that is too long': ['/token', ({ secret }, now) => ({ token: padded(secret, now, MAX_JWT_LENGTH + 1) })],
  dots: ['/token', () => ({ token: '..' })],
  'a token with an object': ['/token', () => ({ token: { sub: ANN } })],
};
