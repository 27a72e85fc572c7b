/**
 * The text of what stands for a key without being one: session cookies and sign-in codes. It says its workspace, so
 * that it is looked for nowhere else, and is otherwise 256 random bits. Only its SHA-256 is kept (`hashOfKey`).
 */
import { randomBytes } from 'node:crypto';
import { fromWire, toWire, type Uuid } from '../ids.ts';

const TOKEN_BYTES = 32;

/** A new one: `wsp_….` and 43 characters that are safe in a cookie and in an address. */
export function makeTokenText(workspaceId: Uuid): string {
  return `${toWire('workspace', workspaceId)}.${randomBytes(TOKEN_BYTES).toString('base64url')}`;
}

/** The workspace a text says it is of, or null when it is no such text. */
export function workspaceOfToken(text: string): Uuid | null {
  return fromWire('workspace', text.split('.', 1)[0] ?? '');
}
