/** A method for every operation of a generated table, by its name: none is written by hand, so none is forgotten. */
import type { TypedDocument } from './generated/graphql.ts';
import type { Graphql } from './graphql.ts';
import type { CallOptions, Settings } from './options.ts';
import { type SubscribeOptions, type Subscription, subscribe } from './subscribe.ts';

/** Variables may be left out when none is required. */
type Given<Variables, Options> =
  Record<string, never> extends Variables
    ? [variables?: Variables, options?: Options]
    : [variables: Variables, options?: Options];

/** Methods of a table, each answering what its operation does: its single field, without the envelope. */
export type Methods<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends TypedDocument<infer Result, infer Variables>
    ? (...given: Given<Variables, CallOptions>) => Promise<Result[keyof Result]>
    : never;
};

/** As `Methods`, of subscriptions. */
export type Streams<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends TypedDocument<infer Result, infer Variables>
    ? (...given: Given<Variables, SubscribeOptions>) => Subscription<Result[keyof Result]>
    : never;
};

type Document = TypedDocument<Readonly<Record<string, unknown>>, unknown>;

/** A method for each query or mutation of a table. */
export function methodsOf<Table extends object>(table: Table, graphql: Graphql): Methods<Table> {
  const method = (name: string, document: Document) => async (variables?: unknown, options?: CallOptions) =>
    (await graphql(document, variables, options))[name];
  return mapped(table, method) as Methods<Table>;
}

/** A method for each subscription of a table. */
export function streamsOf<Table extends object>(table: Table, settings: Settings): Streams<Table> {
  const method = (name: string, document: Document) => (variables?: unknown, options?: SubscribeOptions) =>
    fieldOf(subscribe(settings, { document, variables, options }), name);
  return mapped(table, method) as Streams<Table>;
}

function mapped<Method>(table: object, method: (name: string, document: Document) => Method): Record<string, Method> {
  const entries = Object.entries(table as Readonly<Record<string, Document>>);
  return Object.fromEntries(entries.map(([name, document]) => [name, method(name, document)]));
}

/** The payloads without their envelope. */
function fieldOf(source: Subscription<Readonly<Record<string, unknown>>>, name: string): Subscription<unknown> {
  return {
    async next() {
      const { done, value } = await source.next();
      return done ? { done, value: undefined } : { done: false, value: value[name] };
    },
    async return() {
      await source.return();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
