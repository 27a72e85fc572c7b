/** The OpenAPI document: fresh, complete, consistent in itself, and true of the server. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { referenceFiles } from '../scripts/reference-pages.ts';
import { ingestRoutes } from '../src/contract/ingest-routes.ts';
import { PROBLEMS } from '../src/contract/problem.ts';
import { restRoutes } from '../src/contract/rest-routes.ts';
import type { IngestRoute, RestRoute } from '../src/contract/route.ts';
import * as errors from '../src/errors.ts';
import { openApiDocument } from '../src/http/openapi.ts';
import { packageRoot } from '../src/infra/package-root.ts';
import { answerOf, openServer, type TestServer } from './support/http.ts';

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
}

const document = openApiDocument() as {
  readonly info: unknown;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: unknown;
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.values(methods).map((operation) => [operation.operationId, path, operation] as const),
);
const table = Object.entries<RestRoute | IngestRoute>({ ...restRoutes, ...ingestRoutes });

describe('what is generated', () => {
  it.each(Object.entries(referenceFiles()))('%s is fresh (npm run openapi writes it)', async (path, text) => {
    expect(await readFile(join(packageRoot(), path), 'utf8')).toBe(text);
  });
});

describe('the OpenAPI document', () => {
  it('describes every route once', () => {
    expect(operations.map(([id]) => id).sort()).toEqual(table.map(([id]) => id).sort());
  });

  it('has the version of the package', async () => {
    const { version } = JSON.parse(await readFile(join(packageRoot(), 'package.json'), 'utf8'));
    expect(document.info).toMatchObject({ title: 'Visitors & Users', version });
  });

  it('refers to nothing that is not in it', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path);
    expect(references.length).toBeGreaterThan(50);
    const missing = references.filter((path) => path.split('/').reduce(member, document as unknown) === undefined);
    expect(missing).toEqual([]);
  });

  it.each(operations)('names the parameters in the path of %s (%s)', (_id, path, { parameters }) => {
    const inPath = parameters.filter((each) => each.in === 'path').map(({ name }) => name);
    expect(inPath).toEqual([...path.matchAll(/{(\w+)}/g)].map(([, name]) => name));
  });

  it.each(operations)('says how %s may be refused', (_id, _path, { responses }) => {
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['401', '403', '422', '429', '500', '503']));
  });

  it.each(table.filter(([, { example }]) => example !== undefined))(
    'shows examples of %s that are true',
    (_id, route) => {
      const { body, answer } = route.example ?? {};
      if (body !== undefined) expect(route.body?.safeParse(body).error).toBeUndefined();
      const items = 'list' in route.answer && route.answer.list ? (answer as unknown[]) : [answer];
      if (answer === undefined) return;
      for (const item of items) expect(route.answer.data?.safeParse(item).error).toBeUndefined();
    },
  );

  it('lists every code that an error of ours has', () => {
    const codes = Object.values(errors).flatMap((value) => codeOf(value) ?? []);
    expect(codes.length).toBeGreaterThan(10);
    expect(Object.keys(PROBLEMS)).toEqual(expect.arrayContaining(codes));
  });
});

describe('the server', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await openServer();
  });
  afterAll(() => server.close());

  it('serves the document', async () => {
    const { body } = answerOf(await server.app.inject({ url: '/api/support/openapi.json' }));
    expect(body).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('serves a page of it that loads nothing from elsewhere', async () => {
    const page = await server.app.inject({ url: '/api/support/docs' });
    expect(page.headers['content-security-policy']).toContain("default-src 'none';script-src 'self'");
    const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
    expect(files.length).toBeGreaterThan(3);
    for (const path of files) {
      expect(path).toMatch(/^\/api\/support\/docs\//);
      expect((await server.app.inject({ url: path })).statusCode).toBe(200);
    }
  });

  it.each(['/api/support', '/api/support/'])('leads from %s to the page', async (url) => {
    const { statusCode, headers } = await server.app.inject({ url });
    expect([statusCode, headers.location]).toEqual([302, '/api/support/docs']);
    expect((await server.app.inject({ method: 'POST', url })).statusCode).toBe(405);
  });

  it('shows its own mark and no other on the page', async () => {
    const read = async (path: string) => (await server.app.inject({ url: `/api/support/docs${path}` })).body;
    const [, logo = ''] =
      /data:image\/svg\+xml;base64,([\w+/=]+)/.exec(await read('/static/swagger-initializer.js')) ?? [];
    expect(Buffer.from(logo, 'base64').toString()).toContain('Visitors &amp; Users');
    const icons = [...(await read('')).matchAll(/<link rel="icon"[^>]*href="([^"]+)"/g)].map(([, path]) => path);
    expect(icons).toEqual(['/api/support/docs/static/theme/icon.svg']);
  });

  it('answers every route of the document', async () => {
    for (const [id, path] of operations) {
      const route = Object.fromEntries(table)[id];
      const { body } = answerOf(await server.app.inject({ method: route?.method ?? 'GET', url: path, payload: '{}' }));
      expect([id, body.code]).toEqual([id, 'unauthenticated']);
    }
  });
});

function member(holder: unknown, key: string): unknown {
  return (holder as Readonly<Record<string, unknown>> | undefined)?.[key];
}

/** Of an error class that can be made without arguments; abstract ones have none. */
function codeOf(value: unknown): string | undefined {
  if (typeof value !== 'function' || !(value.prototype instanceof errors.AppError)) return undefined;
  const made = Reflect.construct(value, [[]]) as errors.AppError;
  return made.code;
}
