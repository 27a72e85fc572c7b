/** How a read is put into a row: lists of the workspace and of one visitor, with the documents that read them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RestOperation } from '../../src/contract/rest-routes.ts';
import { packageRoot } from '../../src/infra/package-root.ts';
import type { Asking, Field } from './doors.ts';

/** Ids of a workspace that only an answer tells. */
export interface Known {
  /** Ann's id before she was merged into who she is. */
  readonly mergedAway: string;
  readonly companyId: string;
  /** Of somebody who was deleted. */
  readonly erasureId: string;
  /** Of one with messages of both sides. */
  readonly conversationId: string;
}

/** Where in a list. */
export interface Stretch {
  readonly limit: number;
  readonly cursor?: string;
}

/** One read. */
export interface Read {
  readonly what: string;
  readonly route: RestOperation;
  /** A field of the schema; `Type.field`. */
  readonly field: string;
  readonly sdk: string;
  /** Parameters of the query that this row tries. */
  readonly tries: readonly string[];
  /** Lists are walked; what is no list is asked once. */
  readonly isList: boolean;
  ask(known: Known, stretch: Stretch): Asking;
}

/** Of a query. */
export type Parameters = Readonly<Record<string, string | boolean>>;

/** A list of the workspace: the parameters have the same names everywhere. */
export function list(
  route: RestOperation,
  field: Field,
  sdk: string,
  given: (known: Known) => Parameters = () => ({}),
): Read {
  const sample = given({ mergedAway: '', companyId: '…', erasureId: '', conversationId: '' });
  const said = Object.entries(sample).map(([name, value]) => `${name}=${value}`);
  return {
    what: [route, ...said].join(' '),
    route,
    field: `Query.${field}`,
    sdk,
    tries: Object.keys(sample),
    isList: true,
    ask(known, { limit, cursor }) {
      const parameters = given(known);
      const query = { ...parameters, limit, ...(cursor !== undefined && { cursor }) };
      const { sort, ...others } = parameters;
      return {
        route,
        rest: ['GET', `${PATHS[route]}?${search(query)}`],
        field,
        variables: {
          ...others,
          ...(sort !== undefined && { sort: sortOf(String(sort)) }),
          first: limit,
          after: cursor,
        },
        sdk: [sdk, query],
      };
    },
  };
}

const PATHS: Partial<Readonly<Record<RestOperation, string>>> = {
  listVisitors: '/visitors',
  listSuggestions: '/merge-suggestions',
  listAttributeKeys: '/attribute-keys',
  listEventNames: '/event-names',
  listIngestionIssues: '/ingestion-issues',
  listKeys: '/keys',
  listConversations: '/conversations',
};

/** `-name` is no name in GraphQL. */
function sortOf(sort: string): string {
  return sort.startsWith('-') ? `${sort.slice(1)}Desc` : sort;
}

/** As it stands behind the question mark. */
export function search(query: object): string {
  return new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString();
}

/** A list of one visitor's. @param ref how the visitor is named; null: by the id that was merged away. */
export function ofVisitor(row: {
  route: RestOperation;
  field: string;
  sdk: string;
  nodes: string;
  ref: string | null;
  given?: Parameters;
  below?: string;
}): Read {
  const { route, field, sdk, nodes, ref, given = {}, below = route.slice('list'.length).toLowerCase() } = row;
  return {
    what: [route, field, ref ?? 'an id merged away'].join(' '),
    route,
    field: `Visitor.${field}`,
    sdk,
    tries: Object.keys(given),
    isList: true,
    ask({ mergedAway }, { limit, cursor }) {
      const id = ref ?? mergedAway;
      const query = { ...given, limit, ...(cursor !== undefined && { cursor }) };
      return {
        route,
        rest: ['GET', `/visitors/${encodeURIComponent(id)}/${below}?${search(query)}`],
        field: 'visitor',
        variables: { id, first: limit, after: cursor },
        document: documentOf(field, nodes),
        sdk: [sdk, id, query],
      };
    },
  };
}

/** A document that reads a list of a visitor's. */
export function documentOf(field: string, nodes: string): string {
  const fragments = fragmentsIn(nodes);
  return `query ($id: ID!, $first: Int, $after: String) {
    visitor(id: $id) {
      redirectedFrom
      list: ${field}(first: $first, after: $after) {
        nodes { ${nodes} } pageInfo { endCursor hasNextPage } totalCount
      }
    }
  }
  ${fragments}`;
}

/** Those that a text spreads, and those that they do. */
export function fragmentsIn(text: string): string {
  const all = new Map<string, string>();
  const add = (from: string) => {
    for (const name of from.match(/\w+Fields/g) ?? []) {
      if (all.has(name)) continue;
      all.set(name, fragment(name));
      add(fragment(name));
    }
  };
  add(text);
  return [...all.values()].join('\n');
}

/** As the SDK's operations have it. */
function fragment(name: string): string {
  return readFileSync(join(packageRoot(), 'sdk/operations/fragments', `${name}.graphql`), 'utf8');
}
