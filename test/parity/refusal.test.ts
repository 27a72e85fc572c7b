/** What is refused is refused through every door, for the same reason, and changes nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCOPES } from '../../src/context.ts';
import { ingestRoutes } from '../../src/contract/ingest-routes.ts';
import { restRoutes } from '../../src/contract/rest-routes.ts';
import { revoke, rotate, undo } from './askings.ts';
import { type Asking, askAll, DOORS, type Said } from './doors.ts';
import { READS } from './reads.ts';
import { REFUSALS } from './refusals.ts';
import { stateOf } from './state.ts';
import { askedWith, build, openParityServer, type ParityServer, type Place } from './workspace.ts';
import { keyId, mergeId, WRITES } from './writes.ts';

let server: ParityServer;
let place: Place;

beforeAll(async () => {
  server = await openParityServer();
  place = await build(server, 1);
});
afterAll(() => server.close());

/** What all doors say. */
async function agreed(asked: Place, asking: Asking, byType = false): Promise<Said> {
  const { REST, ...others } = await askAll(asked, asking);
  const heard = (said: Said | undefined) => (byType && said && 'code' in said ? { ...said, faults: [] } : said);
  for (const [door, said] of Object.entries(others)) expect(inRest(heard(said)), door).toEqual(heard(REST));
  return REST as Said;
}

/** The length of a page is called otherwise in GraphQL, and an input's place is told as it is called. */
function inRest(said: Said | undefined): Said | undefined {
  return JSON.parse(JSON.stringify(said).replaceAll('"/first"', '"/limit"'));
}

describe('a bad input', () => {
  it.each(REFUSALS.map((row) => [row.what, row] as const))('%s is refused by all', async (_what, row) => {
    expect(await agreed(place, row.asking, row.byType)).toMatchObject({ code: row.code });
  });

  it('changes nothing but the list of what was rejected', async () => {
    const before = (await stateOf(place)) as object;
    for (const { asking, byType } of REFUSALS) await agreed(place, asking, byType);
    expect(await stateOf(place)).toEqual({ ...before, issues: expect.any(Array) });
  });
});

describe('what was done before', () => {
  it('is not done again: an undoing, and the replacement of a key that has ended', async () => {
    const twin = await build(server, 2);
    const [merge, key] = [await mergeId(twin), await keyId(twin, 'Shop')];
    await twin.client.visitors.unmerge(merge);
    await twin.client.keys.revoke(key);
    expect(await agreed(twin, undo(merge))).toMatchObject({ code: 'already_undone', status: 409 });
    expect(await agreed(twin, rotate(key))).toMatchObject({ code: 'key_revoked', status: 409 });
    expect(await agreed(twin, revoke(key))).not.toHaveProperty('code');
  });
});

/** Whoever may not read any is refused before it is looked for. */
const UNKNOWN = 'cnv_01hkw9x3v0e7ntcq5r8d2m4z6b';

/** One asking of each route. */
const EXAMPLES = [...Object.entries(restRoutes), ...Object.entries(ingestRoutes)].map(([route, { scope }]) => {
  const read = READS.find((each) => each.route === route);
  const write = WRITES.find((each) => each.route === route);
  const ask = () =>
    read?.ask({ mergedAway: 'user:ann', companyId: '', erasureId: 'era_x', conversationId: UNKNOWN }, { limit: 1 }) ??
    write?.ask(place);
  return [route, scope, ask] as const;
});

describe('a key', () => {
  it.each(EXAMPLES)('without the scope of %s (%s) is refused by all', async (_route, scope, ask) => {
    const asking = (await ask()) as Asking;
    const missing = scope === 'ingest' ? 'visitors:write' : scope;
    const scopes = SCOPES.filter((each) => each !== missing);
    const { key } = await place.client.keys.create({ kind: 'secret', name: 'Weak', scopes });
    const said = await agreed(askedWith(server, key ?? ''), asking);
    expect(said).toMatchObject({ code: 'forbidden', status: 403 });
  });

  it.each(EXAMPLES.filter(([, scope]) => scope !== 'ingest'))(
    'that is publishable may not do %s (%s)',
    async (_route, _scope, ask) => {
      const { key } = await place.client.keys.create({ kind: 'publishable', name: 'Page' });
      const said = await agreed(askedWith(server, key ?? ''), (await ask()) as Asking);
      expect(said).toMatchObject({ code: 'forbidden', status: 403 });
    },
  );

  it.each(['sk_nonsense_0123456789', 'pk_nonsense_0123456789', 'nonsense'])('%s is nobody’s', async (key) => {
    for (const [, , ask] of EXAMPLES) {
      const said = await agreed(askedWith(server, key), (await ask()) as Asking);
      expect(said).toMatchObject({ code: 'unauthenticated', status: 401 });
    }
  });

  it('that is none is refused by both doors', async () => {
    for (const [, , ask] of EXAMPLES) {
      const asking = (await ask()) as Asking;
      const nobody = { ...place, key: '' };
      const said = await DOORS.REST(nobody, asking);
      expect(said).toMatchObject({ code: 'unauthenticated', status: 401 });
      expect(await DOORS.GraphQL(nobody, asking)).toEqual(said);
    }
  });
});
