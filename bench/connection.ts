/**
 * One keep-alive HTTP/1.1 connection in a closed loop: write a request, read its answer, write the next. Reads only what
 * our servers answer (a status, a content-length); made to cost a few microseconds, as it shares a machine with them.
 */
import { connect, type Socket } from 'node:net';

/** What a connection is driven by, and whom it tells. */
export interface Loop {
  readonly port: number;
  /** The whole text of the next request, or null to end. */
  next(connection: number): string | null;
  answered(status: number, ms: number): void;
  /** Called once, when the connection ended: `broken` says why, unless it ended as it should. */
  ended(broken: string | null): void;
}

const HEAD_END = '\r\n\r\n';
const STATUS_AT = 'HTTP/1.1 '.length;
const CONTENT_LENGTH = /\ncontent-length: (\d+)/i;

/** Connects at once and runs until `next` answers null. */
export class Connection {
  readonly #socket: Socket;
  readonly #loop: Loop;
  readonly #number: number;
  #received: Buffer | null = null;
  #sentAt = 0;
  #isWaiting = false;
  #broken: string | null = null;

  constructor(loop: Loop, number: number) {
    this.#loop = loop;
    this.#number = number;
    this.#socket = connect({ host: '127.0.0.1', port: loop.port, noDelay: true });
    this.#socket.on('connect', () => this.#send());
    this.#socket.on('data', (chunk) => this.#receive(chunk));
    this.#socket.on('error', (error) => {
      this.#broken = error.message;
    });
    this.#socket.on('close', () => loop.ended(this.#broken ?? (this.#isWaiting ? 'closed without an answer' : null)));
  }

  /** Gives up waiting. */
  cut(): void {
    this.#broken ??= 'no answer in time';
    this.#socket.destroy();
  }

  #send(): void {
    const request = this.#loop.next(this.#number);
    if (request === null) {
      this.#socket.destroy();
      return;
    }
    this.#isWaiting = true;
    this.#sentAt = performance.now();
    this.#socket.write(request, 'latin1');
  }

  #receive(chunk: Buffer): void {
    const received = this.#received ? Buffer.concat([this.#received, chunk]) : chunk;
    const end = answerEnd(received);
    if (end > received.length) {
      this.#received = received;
      return;
    }
    this.#received = null;
    this.#isWaiting = false;
    this.#loop.answered(
      Number(received.toString('latin1', STATUS_AT, STATUS_AT + 3)),
      performance.now() - this.#sentAt,
    );
    this.#send();
  }
}

/** Where the answer ends, in bytes; infinite as long as its head is not complete. */
function answerEnd(received: Buffer): number {
  const head = received.indexOf(HEAD_END);
  if (head < 0) return Number.POSITIVE_INFINITY;
  const length = CONTENT_LENGTH.exec(received.toString('latin1', 0, head))?.[1];
  if (length === undefined) throw new Error('An answer without content-length, which this reader cannot read.');
  return head + HEAD_END.length + Number(length);
}
