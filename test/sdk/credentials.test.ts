/** Who the client calls as: with a key, or with the cookie of somebody who signed in. */
import { describe, expect, it } from 'vitest';
import { type ClientOptions, createClient } from '../../sdk/index.ts';

/** The one request a client makes for a visitor. */
async function requestOf(options: Partial<ClientOptions>): Promise<RequestInit> {
  const sent: RequestInit[] = [];
  const client = createClient({
    url: 'https://support.test',
    fetch: async (_url, init) => {
      sent.push(init);
      return Response.json({ data: {} });
    },
    ...options,
  });
  await client.visitors.get('vis_1');
  const [only] = sent;
  if (!only || sent.length > 1) throw new Error(`${sent.length} requests were made.`);
  return only;
}

describe('the client', () => {
  it('sends its key, and leaves cookies to the platform', async () => {
    const { headers, ...rest } = await requestOf({ key: 'sk_1' });
    expect(new Headers(headers).get('x-api-key')).toBe('sk_1');
    expect(rest).not.toHaveProperty('credentials'); // some edge runtimes refuse to be told
  });

  it('sends the cookie of its own server instead of a key', async () => {
    const { headers, credentials } = await requestOf({ credentials: 'same-origin' });
    expect(new Headers(headers).has('x-api-key')).toBe(false);
    expect(credentials).toBe('same-origin');
  });

  it('sends both when it is given both', async () => {
    const { headers, credentials } = await requestOf({ key: 'sk_1', credentials: 'same-origin' });
    expect([new Headers(headers).get('x-api-key'), credentials]).toEqual(['sk_1', 'same-origin']);
  });

  it.each([undefined, ''])('is not made without either: key %j', (key) => {
    const options = { url: 'https://support.test', ...(key !== undefined && { key }) };
    expect(() => createClient(options)).toThrow(/key is needed/);
  });
});
