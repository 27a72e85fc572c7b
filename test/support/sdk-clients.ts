/** SDK clients of a listening server: a workspace of its own each, as its server and as its pages. */
import { type Client, createClient } from '../../sdk/index.ts';
import type { ListeningServer } from './listening.ts';

/** A workspace's two clients. */
export interface SdkClients {
  /** With the secret key. */
  readonly client: Client;
  /** With the publishable key. */
  readonly page: Client;
  /** Where the server is. */
  readonly url: string;
  /** The secret key, for one more client or for a raw request. */
  readonly key: string;
}

/** Opens a new workspace. */
export async function clientsOf(server: ListeningServer): Promise<SdkClients> {
  const { server: secret, widget } = await server.callers();
  const url = String(secret.where);
  const { key } = secret;
  return { client: createClient({ url, key }), page: createClient({ url, key: widget.key }), url, key };
}

/** Every item of a list. */
export async function all<Item>(list: AsyncIterable<Item>): Promise<Item[]> {
  const items = [];
  for await (const item of list) items.push(item);
  return items;
}
