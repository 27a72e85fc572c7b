/** What a command of the command line is: what it is called with, what it answers, and when it was called wrongly. */
import { parseArgs } from 'node:util';
import { errorText } from '../errors.ts';
import type { WorkSource } from '../services/work.ts';

/** What a command was called with. */
export interface Call {
  /** Behind the command's own name. */
  readonly words: readonly string[];
  readonly options: ReturnType<typeof parse>['values'];
}

/** What a command answers: for people, and with --json for programs. */
export interface Result {
  readonly text: string;
  readonly json: unknown;
  /** It answers, and what it answers is that something is wrong: the exit code is 1. */
  readonly isFailure?: boolean;
}

/** One command, run on an open database. @throws {UsageError} */
export type Command = (source: WorkSource, call: Call) => Promise<Result>;

/** A command was called in a way it does not understand: the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Words and options of a command line. @throws {UsageError} for an option nobody knows. */
export function parseCall(argv: readonly string[]): Call {
  try {
    const { values: options, positionals: words } = parse(argv);
    return { words, options };
  } catch (thrown) {
    throw new UsageError(errorText(thrown));
  }
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      scrub: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      workspace: { type: 'string' },
      kind: { type: 'string' },
      name: { type: 'string' },
      scope: { type: 'string', multiple: true },
      origin: { type: 'string', multiple: true },
    },
  });
}
