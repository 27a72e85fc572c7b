/** The Segment protocol as it is spoken here: its addresses, what they take, what they answer. No behaviour. */
import type { ItemStatus } from './item.ts';

/** What a Segment message can be. */
export type SegmentType = 'identify' | 'track' | 'page' | 'screen' | 'group' | 'alias';

/**
 * Every address that takes messages. Single letters are what browsers and phones use, `import` what Ruby and Java do
 * (Java with a slash at the end).
 */
export const SEGMENT_ROUTES = {
  '/v1/identify': 'identify',
  '/v1/i': 'identify',
  '/v1/track': 'track',
  '/v1/t': 'track',
  '/v1/page': 'page',
  '/v1/p': 'page',
  '/v1/screen': 'screen',
  '/v1/s': 'screen',
  '/v1/group': 'group',
  '/v1/g': 'group',
  '/v1/alias': 'alias',
  '/v1/a': 'alias',
  '/v1/batch': 'batch',
  '/v1/b': 'batch',
  '/v1/import': 'batch',
  '/v1/import/': 'batch',
} as const satisfies Readonly<Record<string, SegmentType | 'batch'>>;

/** Where SDKs send counters about themselves. They are answered, and not kept. */
export const SEGMENT_METRICS_ROUTE = '/v1/m';

/** Where browser and phone SDKs ask what to do, before they send anything. */
export const SEGMENT_SETTINGS_ROUTE = '/v1/projects/:writeKey/settings';

/** What became of one message. */
export interface SegmentResult {
  readonly messageId: string;
  readonly status: ItemStatus;
  /** Why, when it was not accepted: src/contract/item-code.ts. */
  readonly code?: string | undefined;
}

/** The answer to a batch: one result per message, in their order. A single message is answered with one `result`. */
export interface SegmentBatchReply {
  readonly success: true;
  readonly results: readonly SegmentResult[];
}

/** What an SDK is told of its source: send everything here, load nothing from anywhere. */
export interface SegmentSettings {
  readonly integrations: {
    readonly 'Segment.io': {
      readonly apiKey: string;
      /** Host and path without the scheme, as SDKs put them together. */
      readonly apiHost: string;
      readonly protocol: 'http' | 'https';
    };
  };
  /** SDKs count themselves unless they are told not to. */
  readonly metrics: { readonly sampleRate: 0; readonly host: string };
  readonly middlewareSettings: { readonly routingRules: readonly never[] };
  readonly enabledMiddleware: Readonly<Record<string, never>>;
  readonly remotePlugins: readonly never[];
  readonly legacyVideoPluginsEnabled: false;
}
