/** The client: every method of the service, made of one transport. */
import { batchMethod, eventMethods, pageViewMethods, sessionMethods } from './activity.ts';
import { conversationMethods } from './conversation.ts';
import { MUTATIONS, QUERIES, SUBSCRIPTIONS } from './generated/graphql.ts';
import { type AnyDocument, createGraphql } from './graphql.ts';
import { methodsOf, streamsOf } from './operations.ts';
import { type ClientOptions, settingsOf } from './options.ts';
import type { TrackerOptions } from './outbox.ts';
import { erasureMethods } from './privacy.ts';
import { createRest, sendBatch } from './rest.ts';
import { type SubscribeOptions, subscribe } from './subscribe.ts';
import { createTracker } from './tracker.ts';
import { createTransport } from './transport.ts';
import { mergeMethods, mergeSuggestionMethods, noteMethods, visitorMethods } from './visitor.ts';
import {
  attributeKeyMethods,
  eventNameMethods,
  ingestionIssueMethods,
  keyMethods,
  retentionMethods,
  settingsMethods,
} from './workspace.ts';

/** Everything a key may ask of the service. */
export type Client = ReturnType<typeof createClient>;

/**
 * A client of one workspace. It holds no connection and needs no closing; only trackers and subscriptions do.
 *
 * @throws {TypeError} when the url is not http(s), or there is neither a key nor credentials.
 */
export function createClient(options: ClientOptions) {
  const settings = settingsOf(options);
  const transport = createTransport(settings);
  const rest = createRest(transport, settings);
  const graphql = createGraphql(transport);
  return {
    visitors: visitorMethods(rest),
    events: eventMethods(rest),
    pageViews: pageViewMethods(rest),
    sessions: sessionMethods(rest),
    notes: noteMethods(rest),
    conversations: conversationMethods(rest),
    merges: mergeMethods(rest),
    mergeSuggestions: mergeSuggestionMethods(rest),
    erasures: erasureMethods(rest),
    keys: keyMethods(rest),
    settings: settingsMethods(rest),
    retention: retentionMethods(rest),
    attributeKeys: attributeKeyMethods(rest),
    eventNames: eventNameMethods(rest),
    ingestionIssues: ingestionIssueMethods(rest),
    batch: batchMethod(rest),
    /** Collects items and sends them in batches. Close it before the program ends. */
    tracker: (options?: TrackerOptions) =>
      createTracker({ runtime: settings.runtime, send: (body) => sendBatch(transport, body) }, options),
    /** GraphQL: a typed method for each query, mutation and subscription of the schema. */
    query: methodsOf(QUERIES, graphql),
    mutate: methodsOf(MUTATIONS, graphql),
    subscribe: streamsOf(SUBSCRIPTIONS, settings),
    /** Any query or mutation of your own; a typed document brings its types along. */
    graphql,
    /** Any subscription of your own. */
    subscription: <Result = unknown, Variables = Readonly<Record<string, unknown>>>(
      document: AnyDocument<Result, Variables>,
      variables?: Variables,
      options?: SubscribeOptions,
    ) => subscribe(settings, { document, variables, options }),
  };
}
