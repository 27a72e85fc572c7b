/** The socket under our statements: what one turn of the event loop writes is one write. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { TurnSocket } from '../../src/infra/turn-socket.ts';

/** Counts what reaches the system. */
class CountedSocket extends TurnSocket {
  writes = 0;

  override _write(...how: Parameters<TurnSocket['_write']>): void {
    this.writes++;
    super._write(...how);
  }

  override _writev(...how: Parameters<NonNullable<TurnSocket['_writev']>>): void {
    this.writes++;
    super._writev?.(...how);
  }
}

test('what is written in one turn, and by promises that wait for nothing else, is sent together and in order', async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const [socket, accepted] = [new CountedSocket(), once(server, 'connection')];
  await once(socket.connect((server.address() as AddressInfo).port, '127.0.0.1'), 'connect');
  const [peer] = await accepted;
  let heard = '';
  peer.on('data', (chunk: Buffer) => {
    heard += chunk;
  });

  socket.write('a');
  socket.cork();
  socket.write('b');
  socket.uncork();
  await Promise.resolve().then(() => socket.write('c'));
  socket.write('d');
  await new Promise(setImmediate);
  const inOneTurn = socket.writes;
  socket.end('e');
  await once(peer, 'end');
  server.close();

  expect(inOneTurn).toBe(1);
  expect(heard).toBe('abcde');
});
