/** `keys create`, `keys list` and `keys revoke`: for whoever has the database, so that a lost key locks nobody out. */

import { SCOPES } from '../context.ts';
import { type KeyBody, keyBody } from '../contract/key.ts';
import { fromWire } from '../ids.ts';
import { MAX_PAGE_SIZE } from '../limits.ts';
import { createWorkspaceKey, endKey, listWorkspaceKeys } from '../services/key.ts';
import { type Call, type Command, UsageError } from './command.ts';
import { workspaceOf } from './workspace-commands.ts';

/** `keys create`: shows the key this once. */
export const createKeyCommand: Command = async (source, { options }) => {
  const body = bodyOf(options);
  const made = await createWorkspaceKey(source, await workspaceOf(source, options.workspace), body, null);
  return { text: `Made the key ${made.id}. It is shown this once:\n  ${made.key}`, json: made };
};

/** `keys list`: the newest hundred. */
export const listKeysCommand: Command = async (source, { options }) => {
  const workspaceId = await workspaceOf(source, options.workspace);
  const { items } = await listWorkspaceKeys(source, workspaceId, { limit: MAX_PAGE_SIZE });
  const lines = items.map(({ id, kind, hint, name, revokedAt, expiresAt }) => {
    const end = revokedAt ? `  revoked ${revokedAt}` : expiresAt ? `  until ${expiresAt}` : '';
    return `${id}  ${kind.padEnd(11)}  …${hint}  ${name}${end}`;
  });
  return { text: lines.join('\n') || 'There is no key.', json: items };
};

/** `keys revoke <id>`: a running server notices within seconds. */
export const revokeKeyCommand: Command = async (source, { words: [wireId = ''] }) => {
  const id = fromWire('key', wireId);
  if (id === null) throw new UsageError('Say which key by its id; "keys list" shows them.');
  if (!(await endKey(source, { id }))) throw new UsageError('There is no such key.');
  return { text: `The key ${wireId} no longer works.`, json: { id: wireId, revoked: true } };
};

function bodyOf({ kind = 'secret', name, scope, origin }: Call['options']): KeyBody {
  const scopes = scope?.includes('all') ? SCOPES : scope;
  const parsed = keyBody.safeParse({ kind, name, ...(scopes && { scopes }), ...(origin && { origins: origin }) });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `  ${issue.path.join('.') || 'call'}: ${issue.message}`);
  throw new UsageError(`This key cannot be made:\n${faults.join('\n')}\nScopes are ${SCOPES.join(', ')}, or all.`);
}
