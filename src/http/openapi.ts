/** The OpenAPI 3.1 document, made from the route tables and the shapes of the contract; nothing in it is written twice. */
import { z } from 'zod';
import { warnings } from '../contract/ingest.ts';
import { ingestRoutes } from '../contract/ingest-routes.ts';
import { pageMeta } from '../contract/page.ts';
import { PROBLEMS, problem } from '../contract/problem.ts';
import { restRoutes } from '../contract/rest-routes.ts';
import type { IngestRoute, RestRoute } from '../contract/route.ts';
import { MAX_LENGTH } from '../limits.ts';
import { type Json, Schemas } from './openapi-schemas.ts';
import { PREFIX } from './replies.ts';

/** The package's; a test holds the two together. */
const VERSION = '0.1.0';

/** What any route may refuse with. */
const ALWAYS = [401, 403, 422, 429, 500, 503];
const TAGS = ['Collecting', 'Visitors', 'Conversations', 'Merging', 'Privacy', 'Workspace'];

let made: Json | undefined;

/** The document, made once. Its keys are in a fixed order, so that two prints of it are equal. */
export function openApiDocument(): Json {
  made ??= sorted(make()) as Json;
  return made;
}

function make(): Json {
  const schemas = new Schemas();
  const paths: Record<string, Json> = {};
  for (const [operationId, route] of Object.entries<RestRoute | IngestRoute>({ ...ingestRoutes, ...restRoutes })) {
    const path = PREFIX + route.path;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(operationId, route, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Visitors & Users',
      version: VERSION,
      description: 'Who your visitors are, what they did, and which of them are one person.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: TAGS.map((name) => ({ name })),
    security: [{ apiKey: [] }, { bearer: [] }],
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        bearer: { type: 'http', scheme: 'bearer', description: 'The same key as a bearer token.' },
        visitorToken: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Visitor-Token',
          description: 'Beside a key: the visitor who calls, as `POST /visitors/token` answered it.',
        },
        queryKey: { type: 'apiKey', in: 'query', name: 'key', description: 'Collecting only.' },
      },
      responses: problemResponses(schemas),
      headers: commonHeaders,
      schemas: schemas.components(),
    },
  };
}

function operation(operationId: string, route: RestRoute | IngestRoute, schemas: Schemas): Json {
  const isIngest = route.scope === 'ingest';
  const statuses = [...new Set([...ALWAYS, ...route.refusals, ...(isWrite(route) ? [409] : [])])].sort();
  return {
    operationId,
    tags: [route.tag],
    summary: route.summary,
    description: [route.description, scopeNote(route)].filter(Boolean).join('\n\n'),
    ...(isIngest ? { security: [{ apiKey: [] }, { bearer: [] }, { queryKey: [] }] } : {}),
    ...('visitor' in route ? { security: WITH_VISITORS } : {}),
    'x-scope': route.scope,
    parameters: parameters(route, schemas),
    ...(route.body ? { requestBody: requestBody(route, schemas) } : {}),
    responses: {
      [route.answer.status]: answer(route, schemas),
      ...later(route, schemas),
      ...Object.fromEntries(statuses.map((status) => [status, { $ref: `#/components/responses/Problem${status}` }])),
    },
  };
}

function scopeNote({ scope, ...route }: RestRoute | IngestRoute): string {
  if (scope === 'ingest') return 'Takes a publishable key, or a secret key with the scope `visitors:write`.';
  const orVisitor = 'visitor' in route ? ', or any key beside a visitor token' : '';
  return `Takes a secret key with the scope \`${scope}\`${orVisitor}.`;
}

const WITH_VISITORS: Json[] = [
  { apiKey: [] },
  { bearer: [] },
  { apiKey: [], visitorToken: [] },
  { bearer: [], visitorToken: [] },
];

function parameters(route: RestRoute | IngestRoute, schemas: Schemas): Json[] {
  const list: Json[] = [];
  for (const [, name = ''] of route.path.matchAll(/{(\w+)}/g)) list.push(pathParameter(name, route.path));
  if ('query' in route && route.query) list.push(...schemas.queryParameters(route.query));
  if ('takes' in route && route.takes !== 'batch')
    list.push(idempotencyKey('Serves as messageId when the item has none.'));
  if (isWrite(route)) list.push(idempotencyKey(REPEATS));
  if ('etag' in route && route.method === 'PUT') list.push(IF_MATCH);
  return list;
}

function pathParameter(name: string, path: string): Json {
  const id = /^\/visitors\/{id}/.test(path) ? VISITOR_IN_PATH : 'Its id.';
  return { name, in: 'path', required: true, description: PARTS[name] ?? id, schema: { type: 'string' } };
}

const VISITOR_IN_PATH = '`vis_…`, `user:<userId>` or `anon:<anonymousId>`, percent-encoded.';

/** What stands behind the id of a visitor. */
const PARTS: Readonly<Record<string, string>> = {
  tag: 'In any spelling that is kept as this tag, percent-encoded.',
  noteId: '`not_…`.',
};

/** Of a route that is carried out once however often it is repeated; items are, by their messageId. */
function isWrite({ scope, method }: RestRoute | IngestRoute): boolean {
  return scope !== 'ingest' && method !== 'GET';
}

const REPEATS =
  'The same request with the same key is carried out once, and for a day answered again with `Idempotency-Replayed`.';

function idempotencyKey(description: string): Json {
  return { name: 'Idempotency-Key', in: 'header', description, schema: { type: 'string', maxLength: MAX_LENGTH.id } };
}

const IF_MATCH: Json = {
  name: 'If-Match',
  in: 'header',
  description: 'The ETag the edit is based on: refused with 412 when somebody edited in between.',
  schema: { type: 'string' },
};

function requestBody(route: RestRoute | IngestRoute, schemas: Schemas): Json {
  const { body, example } = route;
  const shape: Json = { schema: schemas.input(body as z.ZodType) };
  if (example?.body !== undefined) shape.example = example.body;
  const isOptional = (body as z.ZodType).safeParse({}).success;
  return { required: !isOptional, content: { 'application/json': shape } };
}

function answer(route: RestRoute | IngestRoute, schemas: Schemas): Json {
  const { status, data } = route.answer;
  const headers: Json = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } };
  if ('etag' in route) headers.ETag = { $ref: '#/components/headers/ETag' };
  if (status === 201) headers.Location = { $ref: '#/components/headers/Location' };
  if (!data) return { description: 'Done.', headers };
  const list = 'list' in route.answer && route.answer.list;
  const shape: Json = { schema: schemas.output(envelope(route)) };
  if (route.example?.answer !== undefined && !list) shape.example = { data: route.example.answer };
  const content = { 'application/json': shape, ...filesOf(route) };
  return { description: status === 201 ? 'Made.' : 'Done.', headers, content };
}

/** What an answer may be instead of JSON. */
function filesOf({ answer }: RestRoute | IngestRoute): Json {
  const files = ('files' in answer && answer.files) || [];
  return Object.fromEntries(files.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]));
}

/** What is answered when it takes longer than a caller waits. */
function later({ answer }: RestRoute | IngestRoute, schemas: Schemas): Json {
  if (!('later' in answer) || !answer.later) return {};
  const headers: Json = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } };
  const schema = schemas.output(z.object({ data: answer.later }));
  return { 202: { description: 'Begun; it goes on by itself.', headers, content: { 'application/json': { schema } } } };
}

function envelope({ answer: { data, ...kind }, scope, body }: RestRoute | IngestRoute): z.ZodType {
  const redirectedFrom = z.string().optional().describe('The id that was asked for, when it was merged away.');
  const redirects = 'redirects' in kind && kind.redirects ? { redirectedFrom } : {};
  // Of single items they stand beside the item.
  const mended = body && scope !== 'ingest' ? { warnings: warnings.optional() } : {};
  const beside = { ...redirects, ...mended };
  const one = data as z.ZodType;
  if ('list' in kind && kind.list) return z.object({ data: z.array(one), meta: pageMeta.extend(beside) });
  if (Object.keys(beside).length > 0) return z.object({ data: one, meta: z.object(beside).optional() });
  return z.object({ data: one });
}

const commonHeaders: Json = {
  RequestId: { description: 'Names this request in our log.', schema: { type: 'string' } },
  ETag: { description: 'Of the editable fields, for If-Match.', schema: { type: 'string' } },
  Location: { description: 'Where it is now.', schema: { type: 'string' } },
  RetryAfter: { description: 'Seconds to wait.', schema: { type: 'integer' } },
};

function problemResponses(schemas: Schemas): Json {
  const codes = Object.entries(PROBLEMS);
  const statuses = [...new Set(codes.map(([, kind]) => kind.status))];
  const responses = statuses.map((status) => {
    const ofStatus = codes.filter(([, kind]) => kind.status === status);
    const headers: Json = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } };
    if (status === 429 || status === 503) headers['Retry-After'] = { $ref: '#/components/headers/RetryAfter' };
    const description = ofStatus.map(([code, kind]) => `\`${code}\`: ${kind.title}.`).join('\n\n');
    const content = { 'application/problem+json': { schema: schemas.output(problem) } };
    return [`Problem${status}`, { description, headers, content }];
  });
  return Object.fromEntries(responses);
}

/** Keys in alphabetical order at every level, lists as they are. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}
