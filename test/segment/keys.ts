/** Keys as Segment's tests need them. */
import type { TestServer } from '../support/http.ts';

/** A publishable key that was good once. @param admin a secret key of the workspace. */
export async function revokedKey(server: TestServer, admin: string): Promise<string> {
  const { body } = await server.call(admin, 'POST', '/keys', { kind: 'publishable', name: 'Old page', origins: [] });
  const { status } = await server.call(admin, 'DELETE', `/keys/${body.data.id}`);
  if (status !== 204) throw new Error(`The key could not be revoked: ${status}`);
  return body.data.key;
}

/** The header of a key as Segment's SDKs send it: as user name, with an empty password. */
export function basic(key: string): { readonly authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` };
}
