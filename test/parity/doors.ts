/** Four ways to ask one thing – REST and GraphQL by hand, the SDK's methods for both – and what each says, in one form. */
import { MUTATIONS, QUERIES } from '../../sdk/generated/graphql.ts';
import { type Answer, type Client, type List, type RemoteFile, TransactionalSupportError } from '../../sdk/index.ts';
import type { IngestOperation } from '../../src/contract/ingest-routes.ts';
import type { RestOperation } from '../../src/contract/rest-routes.ts';
import { A_FILE, ofGraphql, ofRest } from './forms.ts';
import type { Place } from './workspace.ts';

/** A query or mutation of the schema. */
export type Field = keyof typeof QUERIES | keyof typeof MUTATIONS;

/** One thing to ask. */
export interface Asking {
  readonly route: RestOperation | IngestOperation;
  readonly rest: readonly [method: string, path: string, body?: unknown];
  readonly ifMatch?: string;
  readonly field: Field;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Where the generated operation does not go: a document of its own. */
  readonly document?: string;
  /** A method of the client, and what it is given. */
  readonly sdk: readonly [method: string, ...given: unknown[]];
}

/** What a door says. */
export type Said =
  | { readonly data: unknown; readonly meta: Readonly<Record<string, unknown>> }
  | { readonly code: string; readonly status: number; readonly faults: readonly unknown[]; readonly limit?: unknown };

/** A way to ask. */
export type Door = (place: Place, asking: Asking) => Promise<Said>;

const OPERATIONS: Readonly<Record<string, object>> = { ...QUERIES, ...MUTATIONS };

/** All of them; REST by hand is the one the others are held to. */
export const DOORS = {
  async REST({ url, key }, { rest: [method, path, body], route, ifMatch }) {
    const response = await fetch(`${url}/api/support${path}`, {
      method,
      headers: { 'x-api-key': key, ...(ifMatch && { 'if-match': ifMatch }), ...JSON_TYPE },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const isFile = response.headers.has('content-disposition');
    const answer = isFile ? { data: A_FILE } : JSON.parse((await response.text()) || '{}');
    if (isFile) await response.arrayBuffer();
    if (response.ok) return ofRest(route, answer.data, answer.meta, response.headers.get('etag'));
    const { code, status, errors, limit } = answer;
    return { code, status, faults: errors, ...(limit !== undefined && { limit }) };
  },
  async GraphQL({ url, key }, { field, variables, route, document = String(OPERATIONS[field]) }) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'x-api-key': key, ...JSON_TYPE },
      body: JSON.stringify({ query: document, variables }),
    });
    const { data, errors } = await response.json();
    if (!errors) return ofGraphql(route, data[field]);
    const { code, status, errors: faults, limit } = errors[0].extensions;
    return { code, status, faults, ...(limit !== undefined && { limit }) };
  },
  'the SDK over REST': ({ client }, { sdk: [path, ...given], route }) =>
    saying(async () => {
      const answer = methodOf(client, path)(...given) as
        | List<unknown>
        | Promise<RemoteFile>
        | { withResponse(): Promise<Answer<unknown, object>> };
      if ('page' in answer) {
        const { items, meta } = await answer.page();
        return ofRest(route, items, { ...meta }, null);
      }
      if (!('withResponse' in answer)) {
        await (await answer).blob();
        return ofRest(route, A_FILE, {}, null);
      }
      const { data, meta, etag } = await answer.withResponse();
      return ofRest(route, data, { ...meta }, etag);
    }),
  'the SDK over GraphQL': ({ client }, { field, variables, route, document }) =>
    saying(async () => {
      if (document === undefined) {
        const methods = { ...client.query, ...client.mutate } as unknown as Readonly<Record<string, Method>>;
        return ofGraphql(route, await methods[field]?.(variables));
      }
      const data = await client.graphql<Readonly<Record<string, unknown>>>(document, variables);
      return ofGraphql(route, data[field]);
    }),
} as const satisfies Record<string, Door>;

/** What all doors say to one thing. */
export async function askAll(place: Place, asking: Asking): Promise<Readonly<Record<string, Said>>> {
  const doors = Object.entries(DOORS) as [string, Door][];
  const said = await Promise.all(doors.map(async ([name, door]) => [name, await door(place, asking)] as const));
  return Object.fromEntries(said);
}

type Method = (...given: unknown[]) => unknown;

/** @param path e.g. `visitors.get`. */
function methodOf(client: Client, path: string): Method {
  const found = path
    .split('.')
    .reduce<unknown>((owner, name) => (owner as Readonly<Record<string, unknown>>)[name], client);
  return found as Method;
}

async function saying(work: () => Promise<Said>): Promise<Said> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof TransactionalSupportError)) throw thrown;
    const { code, status, faults, facts } = thrown;
    return { code, status: status ?? 0, faults, ...(facts.limit !== undefined && { limit: facts.limit }) };
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };
