/** `workspaces create` and `workspaces list`, and how commands say which workspace they mean. */
import { fromWire, toWire, type Uuid } from '../ids.ts';
import { MAX_LENGTH } from '../limits.ts';
import type { WorkSource } from '../services/work.ts';
import { createWorkspace, listWorkspaces } from '../services/workspace.ts';
import { type Command, UsageError } from './command.ts';

/** `workspaces create <name>`: shows the keys this once. */
export const createWorkspaceCommand: Command = async (source, { words }) => {
  const name = words.join(' ').trim();
  if (name === '' || name.length > MAX_LENGTH.name) throw new UsageError('Say the name of the workspace.');
  const { id, keys } = await createWorkspace(source, name);
  const json = { id: toWire('workspace', id), name, ...keys };
  const lines = [
    `Made the workspace ${json.id}. Its keys are shown this once:`,
    `  publishable  ${keys.publishableKey}`,
    `  secret       ${keys.secretKey}`,
  ];
  return { text: lines.join('\n'), json };
};

/** `workspaces list`, oldest first. */
export const listWorkspacesCommand: Command = async ({ db }) => {
  const workspaces = await listWorkspaces(db);
  const json = workspaces.map(({ id, name, createdAt }) => ({ id: toWire('workspace', id), name, createdAt }));
  return { text: json.map(({ id, name }) => `${id}  ${name}`).join('\n') || 'There is no workspace yet.', json };
};

/** The workspace that `--workspace` names; without it the only one there is. @throws {UsageError} */
export async function workspaceOf({ db }: WorkSource, wireId: string | undefined): Promise<Uuid> {
  const workspaces = await listWorkspaces(db);
  const [only, another] = workspaces;
  if (wireId === undefined && only && !another) return only.id;
  if (wireId === undefined) throw new UsageError('Say which workspace with --workspace; "workspaces list" shows them.');
  const id = fromWire('workspace', wireId);
  if (!workspaces.some((workspace) => workspace.id === id)) throw new UsageError('There is no such workspace.');
  return id as Uuid;
}
