/** The way between browsers and a server, under the test's control: counted, cut, held, refused, or losing answers. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

const BATCH_PATH = '/api/support/batch';
/** Headers that belong to one connection, and not to the message. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'content-encoding',
  'host',
  'transfer-encoding',
]);

/** A batch as it came along. */
export interface Passed {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly sentAt: string;
  readonly contentType: string | undefined;
}

/** What is answered instead of asking the server. */
export interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One line for any number of browsers. */
export class Line {
  /** Batches that came, in their order, whatever became of them. */
  readonly batches: Passed[] = [];
  /** Batches on their way at the same moment, at the most. */
  busiest = 0;
  #server: Server | null = null;
  #port = 0;
  #busy = 0;
  #toLose = 0;
  #refusals: Refusal[] = [];
  #held: Promise<void> | null = null;

  /** @param target the server's origin. */
  constructor(readonly target: string) {}

  /** `http://127.0.0.1:port`, the same before and after a cut. */
  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Opens it, or mends it. */
  async open(): Promise<void> {
    this.#server = createServer((request, response) => {
      this.#pass(request, response).catch(() => request.socket.destroy());
    }).listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (typeof address === 'object' && address) this.#port = address.port;
  }

  /** From now on nobody answers. */
  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }

  /** Loses the answers to the next batches: what they acknowledge is committed by then. */
  lose(answers: number): void {
    this.#toLose = answers;
  }

  /** Answers the next batches by itself. */
  refuse(...refusals: readonly Refusal[]): void {
    this.#refusals = [...refusals];
  }

  /** Holds batches back. @returns what lets them go on. */
  hold(): () => void {
    let release = () => {};
    this.#held = new Promise((resolve) => {
      release = resolve;
    });
    return () => {
      this.#held = null;
      release();
    };
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isBatch = request.method === 'POST' && request.url?.startsWith(BATCH_PATH);
    if (!isBatch) return this.#forward(request, response);
    this.#busy++;
    this.busiest = Math.max(this.busiest, this.#busy);
    try {
      await this.#forward(request, response, true);
    } finally {
      this.#busy--;
    }
  }

  async #forward(request: IncomingMessage, response: ServerResponse, isBatch = false): Promise<void> {
    const body = Buffer.concat(await request.toArray());
    if (isBatch) {
      this.batches.push({ ...JSON.parse(body.toString()), contentType: request.headers['content-type'] });
      await this.#held;
      const refusal = this.#refusals.shift();
      if (refusal) {
        const cors = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'Retry-After' };
        response.writeHead(refusal.status, { ...cors, ...refusal.headers }).end('{}');
        return;
      }
    }
    const headers = Object.entries(request.headers).filter(([name]) => !OF_THE_CONNECTION.has(name));
    const answer = await fetch(this.target + request.url, {
      method: request.method ?? 'GET',
      headers: Object.fromEntries(headers) as Record<string, string>,
      ...(body.length > 0 && { body }),
    });
    const text = await answer.text();
    if (isBatch && this.#toLose > 0) {
      this.#toLose--;
      request.socket.destroy();
      return;
    }
    const kept = [...answer.headers].filter(([name]) => !OF_THE_CONNECTION.has(name));
    response.writeHead(answer.status, Object.fromEntries(kept)).end(text);
  }
}
