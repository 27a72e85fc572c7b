/**
 * A socket that sends what is written in one turn of the event loop together. Statements that travel together are
 * then one system call and one wake-up of the server instead of one each, and on a busy machine wake-ups are what a
 * commit waits for.
 */
import { Socket } from 'node:net';

/** For connections to PostgreSQL. */
export class TurnSocket extends Socket {
  #isHeld = false;

  override connect(...where: unknown[]): this {
    super.connect(...(where as Parameters<Socket['connect']>));
    // Connecting gives a socket that was closed before its `write` back, by putting the class's own over ours.
    Reflect.deleteProperty(this, 'write');
    return this;
  }

  override write(chunk: Uint8Array | string, ...rest: never[]): boolean {
    if (!this.#isHeld) {
      this.#isHeld = true;
      this.cork();
      // Behind the promises of this turn: they may ask for more.
      process.nextTick(() => {
        this.#isHeld = false;
        this.uncork();
      });
    }
    return super.write(chunk, ...rest);
  }
}
