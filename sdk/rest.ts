/** Calls REST operations by name, typed by the generated table: the one place that knows paths, queries and envelopes. */

import { download, type RemoteFile } from './file.ts';
import { ROUTES } from './generated/routes.ts';
import { type List, listOf, type PageMeta } from './list.ts';
import type { CallOptions, Settings, WriteOptions } from './options.ts';
import { type Answer, type Reply, replying } from './reply.ts';
import type { AnswerOf, BodyOf, DataOf, InputOf, ItemOf, ListOperation, MetaOf, RestOperation } from './rest-types.ts';
import type { Runtime } from './runtime.ts';
import type { Transport } from './transport.ts';

/** The route table's paths begin behind it. */
const PREFIX = '/api/support';

/** What an edit may say besides. */
export interface EditOptions extends WriteOptions {
  /** The etag the edit is based on: refused with `PreconditionFailedError` when somebody edited in between. */
  readonly ifMatch?: string;
}

/** Operations that take items. */
export type IngestOperation = 'identify' | 'update' | 'track' | 'page' | 'batch';

/** The REST operations; the nouns' methods are made of these. */
export interface Rest {
  /** One request, one answer. */
  call<Op extends RestOperation>(
    operation: Op,
    input: InputOf<Op>,
    options?: EditOptions,
  ): Reply<DataOf<Op>, MetaOf<Op>>;
  /** A list that is walked by cursor. */
  list<Op extends ListOperation>(operation: Op, input: InputOf<Op>, options?: CallOptions): List<ItemOf<Op>>;
  /** A file, as soon as it begins to come. */
  download<Op extends RestOperation>(operation: Op, input: InputOf<Op>, options?: CallOptions): Promise<RemoteFile>;
  /** Items for ingestion: named and dated now, stamped with the time of each attempt, stored once. */
  send<Op extends IngestOperation>(
    operation: Op,
    body: BodyOf<Op>,
    options?: WriteOptions,
  ): Reply<DataOf<Op>, MetaOf<Op>>;
}

/** Sends a batch whose text is made elsewhere, for each attempt. */
export async function sendBatch(transport: Transport, body: () => string): Promise<DataOf<'batch'>> {
  const { method, path } = ROUTES.batch;
  const answer = await transport({ method, path: PREFIX + path, body });
  return (answer.body as AnswerOf<'batch'>).data;
}

/** @param transport sends what is made here. @param settings for what is read as it comes. */
export function createRest(transport: Transport, settings: Settings): Rest {
  const { runtime } = settings;
  const call = async (
    operation: RestOperation,
    input: AnyInput,
    options: EditOptions = {},
    text = textOf(input.body),
  ) => {
    const { method } = ROUTES[operation];
    const sent = method === 'GET' ? {} : writeHeaders(options, runtime);
    const to = addressOf(operation, input);
    const { status, headers, body } = await transport({ method, path: to, headers: sent, body: text }, options);
    const { data, meta } = (body ?? {}) as { readonly data?: unknown; readonly meta?: unknown };
    return { data, meta, status, headers, requestId: headers.get('x-request-id'), etag: headers.get('etag') };
  };
  const rest = {
    call: (operation: RestOperation, input: AnyInput, options?: EditOptions) =>
      replying(call(operation, input, options) as Promise<Answer<unknown, unknown>>),
    list: (operation: ListOperation, input: AnyInput, options?: CallOptions) =>
      listOf(async (cursor) => {
        const { page, ...query } = input.query ?? {};
        const asked = cursor === undefined ? input.query : { ...query, cursor };
        const { data, meta } = await call(operation, { ...input, query: asked }, options);
        return { items: data as unknown[], meta: meta as PageMeta };
      }),
    download: (operation: RestOperation, input: AnyInput, options: CallOptions = {}) => {
      const request = { method: ROUTES[operation].method, path: addressOf(operation, input) };
      return download(settings, request, options);
    },
    send: (operation: IngestOperation, body: AnyItem, options: WriteOptions = {}) => {
      const idempotencyKey = options.idempotencyKey ?? runtime.uuid();
      const timestamp = isoTime(runtime);
      const dated = body.items
        ? { ...body, items: body.items.map((item) => ({ messageId: runtime.uuid(), timestamp, ...item })) }
        : { messageId: idempotencyKey, timestamp, ...body };
      const text = () => JSON.stringify({ sentAt: isoTime(runtime), ...dated });
      return replying(call(operation, {}, { ...options, idempotencyKey }, text) as Promise<Answer<unknown, unknown>>);
    },
  };
  // The generated types say what each operation takes and answers; the code is the same for all of them.
  return rest as unknown as Rest;
}

function addressOf(operation: RestOperation, { path, query }: AnyInput): string {
  return PREFIX + pathOf(ROUTES[operation].path, path) + queryOf(query);
}

interface AnyInput {
  readonly path?: unknown;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
}

interface AnyItem {
  readonly items?: readonly object[];
}

/** This moment, as the API writes times. */
export function isoTime(runtime: Runtime): string {
  return new Date(runtime.now()).toISOString();
}

function textOf(body: unknown): (() => string) | undefined {
  if (body === undefined) return undefined;
  const text = JSON.stringify(body); // now, so that a repeat says the same whatever becomes of the object
  return () => text;
}

function writeHeaders({ idempotencyKey, ifMatch }: EditOptions, runtime: Runtime): Record<string, string> {
  const headers = { 'idempotency-key': idempotencyKey ?? runtime.uuid() };
  return ifMatch === undefined ? headers : { ...headers, 'if-match': ifMatch };
}

/** @throws {TypeError} when a parameter is missing or empty: the path would be another route's. */
function pathOf(path: string, parameters: unknown): string {
  const values = (parameters ?? {}) as Readonly<Record<string, unknown>>;
  return path.replace(/{(\w+)}/g, (_whole, name: string) => {
    const value = values[name];
    if (typeof value !== 'string' || value === '') throw new TypeError(`${name} has to be a text that is not empty.`);
    if (value === '.' || value === '..') throw new TypeError(`${name} may not be ${value}.`);
    return encodeURIComponent(value);
  });
}

function queryOf(query: Readonly<Record<string, unknown>> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}
