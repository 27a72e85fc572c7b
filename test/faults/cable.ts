/** A cable that a test can pull – between a server and its database, a client and its server: a TCP forwarder. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Forwards a port of its own to `target`. */
export class Cable {
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #port = 0;

  /** @param target a `postgres://` or `http://` address. */
  constructor(readonly target: string) {}

  /** The same address, through the cable. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${this.#port}`;
    return url.href;
  }

  /** Puts it in, always at the same port. */
  async plugIn(): Promise<void> {
    const { hostname, port } = new URL(this.target);
    this.#server = createServer((near) => {
      const far = connect(Number(port || 5432), hostname);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.pipe(to);
        from.on('error', () => to.destroy());
        from.on('close', () => {
          this.#sockets.delete(from);
          to.destroy();
        });
      }
    }).listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (typeof address === 'object' && address) this.#port = address.port;
  }

  /** Pulls it: what goes through breaks off, and nobody answers any more. */
  async pull(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    server?.close();
    for (const socket of this.#sockets) socket.destroy();
    if (server?.listening) await once(server, 'close');
  }
}
