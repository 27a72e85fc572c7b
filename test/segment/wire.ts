/** The way between an SDK and a server, on which answers can get lost: an HTTP forwarder on the loopback. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** Headers that belong to one connection, and not to the message. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set(['connection', 'content-length', 'host', 'transfer-encoding']);

/** Forwards to wherever the server is now. Where nobody answers, the connection breaks off. */
export class Wire {
  /** Status of every answer the server gave to a POST, in their order, lost ones included. */
  readonly answered: number[] = [];
  #server: Server | null = null;
  #lost = 0;
  #toLose = 0;

  /** @param target the server's origin. */
  constructor(readonly target: () => string) {}

  /** `http://127.0.0.1:port`. */
  get origin(): string {
    const address = this.#server?.address();
    if (typeof address !== 'object' || !address) throw new Error('The wire is not open.');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Answers that came from the server and did not arrive. */
  get lost(): number {
    return this.#lost;
  }

  /** Loses the next answers: what they acknowledge is committed by then. */
  lose(answers: number): void {
    this.#toLose = answers;
  }

  async open(): Promise<void> {
    this.#server = createServer((request, response) => {
      this.#forward(request, response).catch(() => request.socket.destroy());
    }).listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    this.#server?.close();
    if (this.#server) await once(this.#server, 'close');
  }

  async #forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray());
    const headers = Object.entries(request.headers).filter(([name]) => !OF_THE_CONNECTION.has(name));
    headers.push(['x-forwarded-host', request.headers.host]);
    const answer = await fetch(this.target() + request.url, {
      method: request.method ?? 'GET',
      headers: Object.fromEntries(headers) as Record<string, string>,
      ...(body.length > 0 && { body }),
    });
    const text = await answer.text();
    if (request.method === 'POST') this.answered.push(answer.status);
    if (request.method === 'POST' && answer.status === 200 && this.#toLose > 0) {
      this.#toLose--;
      this.#lost++;
      request.socket.destroy();
      return;
    }
    const kept = [...answer.headers].filter(([name]) => !OF_THE_CONNECTION.has(name));
    response.writeHead(answer.status, Object.fromEntries(kept)).end(text);
  }
}
