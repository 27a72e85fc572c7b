/** A subscriber over WebSocket, as a test wants it: payloads waited for by condition, never by time. */
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';

/** A payload of `visitorActivity`. */
export interface Payload {
  readonly sequence: number;
  readonly snapshot: boolean;
  readonly visitorId: string;
  readonly activities: readonly {
    readonly __typename: string;
    readonly id: string;
    readonly name?: string;
    readonly url?: string;
  }[];
}

/** What is subscribed to. */
export const ACTIVITY = `subscription ($id: ID!) { visitorActivity(visitorId: $id) {
  sequence snapshot visitorId activities { __typename ... on Event { id name } ... on PageView { id url } }
} }`;

/** A connection with a key. @param closed is told the code of each end. */
export function connect(origin: string, apiKey: string | undefined, closed: (code: number) => void = () => {}): Client {
  return createClient({
    url: `${origin.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: apiKey === undefined ? {} : { apiKey },
    retryAttempts: 0,
    on: { closed: (event) => closed((event as { code: number }).code) },
  });
}

/** A subscription: payloads in order; the end of the stream or its error at the end. */
export class Watching {
  readonly stream: AsyncIterableIterator<{ data?: { visitorActivity: Payload } | null; errors?: readonly object[] }>;

  constructor(client: Client, id: string) {
    this.stream = client.iterate({ query: ACTIVITY, variables: { id } }) as Watching['stream'];
  }

  /** The next payload. @throws when the subscription ended or was refused. */
  async next(): Promise<Payload> {
    const { value, done } = await this.stream.next();
    if (done || !value?.data) throw new Error(`No payload: ${JSON.stringify(value)}`);
    return value.data.visitorActivity;
  }

  /** Payloads up to the first that fits. */
  async until(fits: (payload: Payload) => boolean): Promise<Payload[]> {
    const payloads: Payload[] = [];
    for (;;) {
      const payload = await this.next();
      payloads.push(payload);
      if (fits(payload)) return payloads;
    }
  }

  async end(): Promise<void> {
    await this.stream.return?.();
  }
}
