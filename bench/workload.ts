/** What is sent: requests as text, made from as little work as possible. Plain data comes in, to cross processes. */
import { randomBytes } from 'node:crypto';

/** Events about one of `visitors` people, picked at random. */
export interface EventWorkload {
  readonly kind: 'events';
  /** People known before; 0: every event is about somebody new. */
  readonly visitors: number;
  readonly who: 'userId' | 'anonymousId';
  /** Names the visit, one per visitor. */
  readonly sessions: boolean;
  /** Events of one request; more than one goes in a batch. */
  readonly perRequest: number;
  /** The beginning of a GraphQL request whose one variable is the event; absent: REST. */
  readonly document?: string;
}

/** Reads of these paths, picked at random. */
export interface ReadWorkload {
  readonly kind: 'reads';
  readonly paths: readonly string[];
  /** Sent to the one path instead, each as the body of a POST. */
  readonly bodies?: readonly string[];
}

/** How the requests look to the server, whatever is in them. */
export interface Envelope {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Each connection comes from an address of its own and from another browser, as a proxy in front would say. */
  readonly browsers: boolean;
}

/** Makes the text of the next request of a connection. */
export type RequestMaker = (connection: number) => string;

const BROWSERS = [
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
];
const JSON_HEAD = 'content-type: application/json\r\ncontent-length: ';
const PROPERTIES =
  '"properties":{"feature":"export_data","format":"csv","plan":"premium","amount":99.99,"page":"/reports"}';

/** The name of the visitor with this number, the same in every process. */
export function visitorName(number: number): string {
  return `visitor-${String(number).padStart(8, '0')}`;
}

/** @param envelope the same for all requests. */
export function requestMaker(workload: EventWorkload | ReadWorkload, envelope: Envelope): RequestMaker {
  return workload.kind === 'reads' ? reads(workload, envelope) : events(workload, envelope);
}

function reads({ paths, bodies }: ReadWorkload, envelope: Envelope): RequestMaker {
  const requests = bodies
    ? bodies.map((body) => `${head('POST', envelope.path, envelope)}${JSON_HEAD}${body.length}\r\n\r\n${body}`)
    : paths.map((path) => `${head('GET', path, envelope)}\r\n`);
  return () => requests[Math.floor(Math.random() * requests.length)] ?? '';
}

function events(workload: EventWorkload, envelope: Envelope): RequestMaker {
  const { perRequest, document } = workload;
  const heads = new Map<number, string>();
  const event = eventMaker(workload);
  return (connection) => {
    let start = heads.get(connection);
    if (start === undefined) {
      start = head('POST', envelope.path, envelope, connection) + JSON_HEAD;
      heads.set(connection, start);
    }
    let body = event();
    if (perRequest > 1) {
      for (let i = 1; i < perRequest; i++) body += `,${event()}`;
      body = `{"items":[${body}]}`;
    }
    if (document !== undefined) body = `${document}${body}}}`;
    return `${start}${body.length}\r\n\r\n${body}`;
  };
}

/** About 250 bytes an event; all ASCII, so that characters are bytes. */
function eventMaker({ visitors, who, sessions, perRequest }: EventWorkload): () => string {
  const run = randomBytes(4).toString('hex');
  const type = perRequest > 1 ? '"type":"track",' : '';
  let count = 0;
  return () => {
    count++;
    const name = visitors > 0 ? visitorName(Math.floor(Math.random() * visitors)) : `new-${run}-${count}`;
    const session = sessions ? `"sessionId":"visit-${name}",` : '';
    return (
      `{${type}"messageId":"${run}-${count}","${who}":"${name}",${session}"name":"feature_used",` +
      `"timestamp":"${new Date().toISOString()}",${PROPERTIES}}`
    );
  };
}

function head(method: string, path: string, { headers, browsers }: Envelope, connection = 0): string {
  let text = `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n`;
  for (const [name, value] of Object.entries(headers)) text += `${name}: ${value}\r\n`;
  if (browsers) {
    text += `user-agent: ${BROWSERS[connection % BROWSERS.length]}\r\nx-forwarded-for: 10.0.0.${connection + 1}\r\n`;
  }
  return text;
}
