/** Settings, and the secrets that prove userIds: made, shown once, replaced with an overlap. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SCOPES } from '../../src/context.ts';
import { KEY_CACHE_MS, MAX_KEY_OVERLAP_SECONDS } from '../../src/limits.ts';
import { forgetCredentials } from '../../src/services/credential-ring.ts';
import { ask, asker } from '../graphql/asking.ts';
import { answerOf, keyWith, openServer, type TestServer } from '../support/http.ts';
import { itemsAbout, openShop, rowsOf, type Shop, userHash } from './shop.ts';

let server: TestServer;
let shop: Shop;

beforeAll(async () => {
  server = await openServer();
});
beforeEach(async () => {
  shop = await openShop(server, 'off');
});
afterAll(() => server.close());

const statusesWith = async (secret: string) =>
  new Set((await shop.send(itemsAbout('ann', { userHash: userHash(secret) }))).map(({ status }) => status));
const [ACCEPTED, REJECTED] = [new Set(['accepted']), new Set(['rejected'])];

describe('settings', () => {
  it('begin with identity verification off, and no secret', async () => {
    const fresh = await server.world.workspace();
    const { status, body } = await server.call(fresh.keys.secretKey, 'GET', '/settings');
    expect([status, body]).toEqual([200, { data: { identityVerification: 'off', identitySecrets: [] } }]);
  });

  it('keep what is chosen, and what is not named', async () => {
    expect((await shop.setMode('warn')).body.data).toMatchObject({ identityVerification: 'warn' });
    expect((await shop.call('PUT', '/settings', {})).body.data).toMatchObject({ identityVerification: 'warn' });
    expect((await shop.call('GET', '/settings')).body.data).toMatchObject({ identityVerification: 'warn' });
  });

  it.each(['warn', 'enforce'] as const)('refuse %s without a secret, and say what to do', async (mode) => {
    const fresh = await server.world.workspace();
    const { status, body } = await server.call(fresh.keys.secretKey, 'PUT', '/settings', {
      identityVerification: mode,
    });
    expect([status, body.code]).toEqual([409, 'no_identity_secret']);
    expect(body.detail).toContain('/settings/identity-secret/rotate');
    const { body: kept } = await server.call(fresh.keys.secretKey, 'GET', '/settings');
    expect(kept.data.identityVerification).toBe('off');
  });

  it.each([{ identityVerification: 'on' }, { identityVerification: null }, { unknown: 1 }])(
    'refuse %j',
    async (body) => {
      expect((await shop.call('PUT', '/settings', body)).status).toBe(422);
    },
  );

  it('are for admin alone', async () => {
    const key = await keyWith(
      server.world,
      shop.workspace,
      SCOPES.filter((scope) => scope !== 'admin'),
    );
    for (const each of [key, shop.publishableKey]) {
      expect((await shop.call('GET', '/settings', undefined, each)).status).toBe(403);
      expect((await shop.call('PUT', '/settings', { identityVerification: 'off' }, each)).status).toBe(403);
      expect((await shop.call('POST', '/settings/identity-secret/rotate', {}, each)).status).toBe(403);
      const { errors } = await ask(server, { key: each, query: '{ settings { identityVerification } }' });
      expect(errors[0]?.extensions.code).toBe('forbidden');
    }
  });

  it('are of one workspace', async () => {
    const other = await openShop(server, 'enforce');
    expect((await shop.call('GET', '/settings')).body.data.identityVerification).toBe('off');
    expect(await statusesWith('whatever')).toEqual(ACCEPTED);
    await shop.rotate();
    expect((await other.send(itemsAbout('ann', { userHash: userHash(other.secret) })))[0]?.status).toBe('accepted');
  });

  it('hold in GraphQL as in REST', async () => {
    const graphql = asker(server, shop.secretKey);
    const { updateSettings } = await graphql(
      'mutation { updateSettings(input: {identityVerification: enforce}) { identityVerification } }',
    );
    expect(updateSettings).toEqual({ identityVerification: 'enforce' });
    const { settings } = await graphql(
      '{ settings { identityVerification identitySecrets { hint createdAt createdBy { keyId name } expiresAt } } }',
    );
    expect(settings).toEqual((await shop.call('GET', '/settings')).body.data);
  });
});

describe('a secret', () => {
  it('is shown once, and by its last characters from then on', async () => {
    const { status, headers, body } = await shop.call('POST', '/settings/identity-secret/rotate');
    expect([status, headers.location]).toEqual([201, '/api/support/settings']);
    expect(body.data.secret).toMatch(/^ivs_[0-9a-f]{64}$/);
    const settings = await shop.call('GET', '/settings');
    expect(settings.body.data.identitySecrets[0]).toMatchObject({ hint: body.data.secret.slice(-4), expiresAt: null });
    expect(JSON.stringify(settings.body)).not.toContain(body.data.secret);
  });

  it('is not in the answer to a repeated Idempotency-Key, nor kept for it', async () => {
    const headers = { 'x-api-key': shop.secretKey, 'idempotency-key': 'once' };
    const request = { method: 'POST', url: '/api/support/settings/identity-secret/rotate', headers } as const;
    const first = answerOf(await server.app.inject(request));
    const again = answerOf(await server.app.inject(request));
    expect([again.status, again.body.data]).toEqual([201, { ...first.body.data, secret: null }]);
    const kept = await rowsOf(server, 'idempotency', shop.workspace.caller.workspaceId);
    expect(kept.join()).not.toContain(first.body.data.secret);
  });

  it('is made in GraphQL, too', async () => {
    const { rotateIdentitySecret } = await asker(
      server,
      shop.secretKey,
    )('mutation { rotateIdentitySecret(overlapSeconds: 0) { text identitySecret { hint } } }');
    await shop.setMode('enforce');
    expect(await statusesWith(rotateIdentitySecret.text)).toEqual(ACCEPTED);
    expect(rotateIdentitySecret.identitySecret.hint).toBe(rotateIdentitySecret.text.slice(-4));
  });

  it.each([
    ['-1', 422],
    ['0', 201],
    [String(MAX_KEY_OVERLAP_SECONDS), 201],
    [String(MAX_KEY_OVERLAP_SECONDS + 1), 422],
    ['"1"', 422],
  ])('overlaps for %s seconds: %i', async (overlapSeconds, status) => {
    const body = { overlapSeconds: JSON.parse(overlapSeconds) };
    expect((await shop.call('POST', '/settings/identity-secret/rotate', body)).status).toBe(status);
  });
});

describe('a rotation', () => {
  beforeEach(() => shop.setMode('enforce'));

  it('lets the old secret prove until the overlap ends, and not at its end', async () => {
    const next = await shop.rotate(60);
    server.world.clock.advance(59_999);
    expect([await statusesWith(shop.secret), await statusesWith(next)]).toEqual([ACCEPTED, ACCEPTED]);
    server.world.clock.advance(1);
    expect([await statusesWith(shop.secret), await statusesWith(next)]).toEqual([REJECTED, ACCEPTED]);
    expect((await shop.call('GET', '/settings')).body.data.identitySecrets).toHaveLength(1);
  });

  it('without an overlap ends the old secret at once', async () => {
    const next = await shop.rotate(0);
    expect([await statusesWith(shop.secret), await statusesWith(next)]).toEqual([REJECTED, ACCEPTED]);
  });

  it('counts every secret that is still in its overlap, and never lengthens one', async () => {
    const second = await shop.rotate(10);
    const third = await shop.rotate(3600);
    server.world.clock.advance(9999);
    expect(await Promise.all([shop.secret, second, third].map(statusesWith))).toEqual(Array(3).fill(ACCEPTED));
    server.world.clock.advance(1);
    expect(await Promise.all([shop.secret, second, third].map(statusesWith))).toEqual([REJECTED, ACCEPTED, ACCEPTED]);
  });

  it('keeps no secret that has ended', async () => {
    await shop.rotate(0);
    const kept = await rowsOf(server, 'identity_secret', shop.workspace.caller.workspaceId);
    expect(kept.join()).not.toContain(shop.secret);
  });

  it('of two at once leaves one newest secret', async () => {
    await Promise.all([shop.rotate(60), shop.rotate(60), shop.rotate(60)]);
    const { identitySecrets } = (await shop.call('GET', '/settings')).body.data;
    expect(identitySecrets.filter(({ expiresAt }: { expiresAt: unknown }) => expiresAt === null)).toHaveLength(1);
  });
});

describe('another process', () => {
  it('goes by a changed setting as soon as it looks the key up again', async () => {
    await statusesWith(shop.secret);
    const { db, clock } = server.world;
    const id = shop.workspace.caller.workspaceId;
    // As another process would: behind the back of what this one remembers.
    await db.prisma.settings.update({ where: { workspaceId: id }, data: { identityVerification: 'enforce' } });
    clock.advance(KEY_CACHE_MS - 1);
    expect(await statusesWith('another')).toEqual(ACCEPTED);
    clock.advance(1);
    expect(await statusesWith('another')).toEqual(REJECTED);
    forgetCredentials(db);
    expect(await statusesWith(shop.secret)).toEqual(ACCEPTED);
  });
});
