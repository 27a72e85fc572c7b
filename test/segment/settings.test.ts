/** What a browser asks before an SDK sends anything: whether it may, and where to. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEGMENT_METRICS_ROUTE, SEGMENT_ROUTES } from '../../src/contract/segment.ts';
import { type Answer, answerOf, openServer, type TestServer } from '../support/http.ts';
import { basic, revokedKey } from './keys.ts';

const ORIGIN = 'https://shop.example.com';

let server: TestServer;
let [publishable, secret] = ['', ''];

beforeAll(async () => {
  server = await openServer({ TRUST_PROXY: '1' });
  const { keys } = await server.world.workspace();
  publishable = keys.publishableKey ?? '';
  secret = keys.secretKey ?? '';
});
afterAll(() => server.close());

const settings = async (key: string, headers = {}, from = server): Promise<Answer> =>
  answerOf(await from.app.inject({ method: 'GET', url: `/v1/projects/${key}/settings`, headers }));

describe('the settings of a source', () => {
  it('send everything to the server that was asked, and load nothing from anywhere', async () => {
    const { status, headers, body } = await settings(publishable, { host: '127.0.0.1:4000', origin: ORIGIN });
    expect([status, headers['access-control-allow-origin']]).toEqual([200, ORIGIN]);
    expect(body).toEqual({
      integrations: { 'Segment.io': { apiKey: publishable, apiHost: '127.0.0.1:4000/v1', protocol: 'http' } },
      metrics: { sampleRate: 0, host: '127.0.0.1:4000/v1' },
      middlewareSettings: { routingRules: [] },
      enabledMiddleware: {},
      remotePlugins: [],
      legacyVideoPluginsEnabled: false,
    });
  });

  it('name the address a trusted proxy was asked at', async () => {
    const headers = { 'x-forwarded-host': 'support.example.com', 'x-forwarded-proto': 'https' };
    const { apiHost, protocol } = (await settings(publishable, headers)).body.integrations['Segment.io'];
    expect([apiHost, protocol]).toEqual(['support.example.com/v1', 'https']);
  });

  it('name PUBLIC_URL when there is one, whatever was asked', async () => {
    const behind = await openServer({ PUBLIC_URL: 'https://example.com/support/' });
    const key = (await behind.world.workspace()).keys.publishableKey ?? '';
    const { apiHost, protocol } = (await settings(key, { host: '127.0.0.1' }, behind)).body.integrations['Segment.io'];
    expect([apiHost, protocol]).toEqual(['example.com/support/v1', 'https']);
    await behind.close();
  });

  it('are the same 404 for an unknown, a revoked and a secret key, from a page too', async () => {
    const answers = [];
    for (const key of ['pk_unknown', await revokedKey(server, secret), secret]) {
      for (const headers of [{}, { origin: ORIGIN }]) {
        const { status, body } = await settings(key, headers);
        answers.push({ status, ...body, instance: '', requestId: '' });
      }
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect([answers[0]?.status, answers[0]?.code]).toEqual([404, 'not_found']);
  });

  it('are read, not written', async () => {
    const answer = await server.app.inject({ method: 'POST', url: `/v1/projects/${publishable}/settings` });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
});

describe('a page of another site', () => {
  const preflight = (url: string) => {
    const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };
    return server.app.inject({ method: 'OPTIONS', url, headers: { origin: ORIGIN, ...asked } });
  };

  it.each([...Object.keys(SEGMENT_ROUTES), SEGMENT_METRICS_ROUTE])(
    'may send to %s, without credentials',
    async (path) => {
      const { statusCode, headers } = await preflight(path);
      expect([statusCode, headers['access-control-allow-origin']]).toEqual([204, ORIGIN]);
      expect(headers['access-control-allow-methods']).toContain('POST');
      expect(headers['access-control-allow-credentials']).toBeUndefined();
    },
  );

  it('may send every header an SDK sends, the count of its attempts included', async () => {
    const allowed = String((await preflight('/v1/t')).headers['access-control-allow-headers']).toLowerCase();
    for (const header of ['authorization', 'content-type', 'x-retry-count']) expect(allowed).toContain(header);
  });

  it('may read why it was refused, and when to come back', async () => {
    const request = { method: 'POST', url: '/v1/t', payload: '{}' } as const;
    const refused = await server.app.inject({ ...request, headers: { origin: ORIGIN, ...basic('pk_wrong') } });
    expect([refused.statusCode, refused.headers['access-control-allow-origin']]).toEqual([401, ORIGIN]);
    expect(refused.headers['access-control-expose-headers']).toContain('Retry-After');
  });

  it('may send without asking: a beacon has its key in the body', async () => {
    const message = { writeKey: publishable, type: 'track', anonymousId: 'a-1', event: 'left', messageId: 'beacon-1' };
    const headers = { origin: ORIGIN, 'content-type': 'text/plain;charset=UTF-8' };
    const sent = await server.app.inject({ method: 'POST', url: '/v1/t', payload: JSON.stringify(message), headers });
    expect([sent.statusCode, sent.json().result.status]).toEqual([200, 'accepted']);
  });
});
