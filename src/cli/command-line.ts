/** The command line: finds the command, gives it an open database, and turns what it throws into an exit code. */
import { errorText } from '../errors.ts';
import type { IdMaker } from '../ids.ts';
import { DataDirInUse } from '../infra/data-dir.ts';
import type { Database } from '../infra/database.ts';
import type { WorkSource } from '../services/work.ts';
import { type Call, type Command, parseCall, type Result, UsageError } from './command.ts';
import { type DoctorTools, runDoctor } from './doctor-command.ts';
import { createKeyCommand, listKeysCommand, revokeKeyCommand } from './key-commands.ts';
import { createWorkspaceCommand, listWorkspacesCommand } from './workspace-commands.ts';

/** What the command line is given by the program. */
export interface Tools extends DoctorTools {
  readonly ids: IdMaker;
  print(text: string): void;
  printError(text: string): void;
  /** The configured database, brought up to date; the embedded one only while no server runs on it. */
  openDatabase(): Promise<Database>;
  /** Resolves when the server listens. */
  serve(): Promise<void>;
}

/** Exit codes, as shells know them. */
const DONE = 0;
const FAILED = 1;
const MISUSED = 2;

const HELP = `Usage: transactional-support <command>

  serve                          run the server (also without a command)
  migrate                        bring the database up to date
  doctor                         look whether the database is there and complete; changes nothing
      --scrub                      take what was deleted out of its files
  workspaces create <name>       make a workspace with a publishable and a secret key
  workspaces list
  keys create --name <name>      make a key
      --kind publishable|secret    default: secret
      --scope <scope>              of a secret key; several times, or "all"
      --origin <origin>            of a publishable key; several times
      --workspace <wsp_…>          needed when there are several
  keys list [--workspace <wsp_…>]
  keys revoke <key_…>

  --json                         answer as JSON
  --help

Which database is meant is said by the environment, as for the server: DATABASE_URL, or DATA_DIR. The embedded database
belongs to one process, so stop the server first, or use the keys routes of its API. A running server scrubs its files
every night by itself.`;

const COMMANDS: Readonly<Record<string, Command>> = {
  migrate: async () => ({ text: 'The database is up to date.', json: { migrated: true } }),
  'workspaces create': createWorkspaceCommand,
  'workspaces list': listWorkspacesCommand,
  'keys create': createKeyCommand,
  'keys list': listKeysCommand,
  'keys revoke': revokeKeyCommand,
};

/** @returns the exit code; null while the server goes on running. */
export async function runCommand(argv: readonly string[], tools: Tools): Promise<number | null> {
  try {
    const { words, options } = parseCall(argv);
    const [first = 'serve', second = ''] = words;
    if (options.help || first === 'help') {
      tools.print(HELP);
      return DONE;
    }
    if (first === 'serve') {
      await tools.serve();
      return null;
    }
    if (first === 'doctor') return answer(tools, await runDoctor(tools, { words: words.slice(1), options }), options);
    const name = Object.hasOwn(COMMANDS, first) ? first : `${first} ${second}`;
    const command = COMMANDS[name];
    if (!command) throw new UsageError(`There is no command "${name.trim()}".`);
    const call = { words: words.slice(name.split(' ').length), options };
    return answer(tools, await withDatabase(tools, (source) => command(source, call)), options);
  } catch (thrown) {
    tools.printError(errorText(thrown));
    if (!(thrown instanceof UsageError)) return FAILED;
    tools.printError('See transactional-support --help.');
    return MISUSED;
  }
}

function answer(tools: Tools, { text, json, isFailure = false }: Result, options: Call['options']): number {
  tools.print(options.json ? JSON.stringify(json, null, 2) : text);
  return isFailure ? FAILED : DONE;
}

async function withDatabase(tools: Tools, run: (source: WorkSource) => Promise<Result>): Promise<Result> {
  const db = await tools.openDatabase().catch((thrown: unknown) => {
    throw thrown instanceof DataDirInUse ? new Error(besideServer(thrown), { cause: thrown }) : thrown;
  });
  try {
    return await run({ db, clock: tools.clock, ids: tools.ids });
  } finally {
    await db.close();
  }
}

/** A command wants the database that is there, and not another one. */
function besideServer({ dir }: DataDirInUse): string {
  return `A running server holds the data directory ${dir}. Stop it, and run this command again.
Keys can be made, listed and revoked without stopping it, with a key that has the scope admin:
  curl -X POST http://…/api/support/keys -H 'X-API-Key: sk_…' -d '{"kind":"secret","name":"…","scopes":["admin"]}'`;
}
