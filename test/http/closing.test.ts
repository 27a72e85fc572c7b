/** Closing the server: nobody who has said nothing is waited for. */
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { openServer } from '../support/http.ts';

/** Far below the half minute that a connection may take to ask for something. */
const SOON_MS = 5_000;

it('does not wait for connections on which nothing was ever asked, as browsers open them ahead', async () => {
  const server = await openServer();
  await server.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.app.server.address() as AddressInfo;
  const silent = connect(port, '127.0.0.1');
  await once(silent, 'connect');
  // What is asked on another one is answered, so the silent one has been accepted by then.
  await fetch(`http://127.0.0.1:${port}/livez`);
  const gone = once(silent, 'close');
  const began = performance.now();
  await server.close();
  await gone;
  expect(performance.now() - began).toBeLessThan(SOON_MS);
});
