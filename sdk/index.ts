/** The public face of the SDK: what is exported here, and nothing else, is promised. */
export type { BatchItem } from './activity.ts';
export { type Client, createClient } from './client.ts';
export * from './errors.ts';
export type { RemoteFile } from './file.ts';
export type * from './generated/graphql.ts';
export type * from './generated/rest.ts';
export type { List, Page } from './list.ts';
export type { CallOptions, ClientOptions, WriteOptions } from './options.ts';
export type { ItemResult, TrackerFailure, TrackerOptions } from './outbox.ts';
export type { Answer, Reply } from './reply.ts';
export type { EditOptions } from './rest.ts';
export type { Runtime } from './runtime.ts';
export type { SubscribeOptions, Subscription } from './subscribe.ts';
export type { Tracker } from './tracker.ts';
