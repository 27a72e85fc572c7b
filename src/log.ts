/** Log lines as JSON on standard output. What visitors sent never goes in: names, codes and ids of ours only. */
import { type DestinationStream, type Logger, pino } from 'pino';

/** A logger as everybody is given it. */
export type Log = Logger;

/** The levels LOG_LEVEL may name. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
/** One of them. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A logger at `level`; `{ err }` is reduced to `errorFacts`. @param stream where lines go; absent: standard output. */
export function createLog(level: LogLevel, stream?: DestinationStream): Log {
  const options = { level, serializers: { err: errorFacts } };
  return stream ? pino(options, stream) : pino(options);
}

/**
 * What may be logged of an unexpected error: its kind and where it came from. Its message may quote what a visitor
 * sent (databases do), so it stays out.
 */
function errorFacts(thrown: unknown): Readonly<Record<string, unknown>> {
  if (!(thrown instanceof Error)) return { thrown: typeof thrown };
  const frames = thrown.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  const code = 'code' in thrown ? thrown.code : undefined;
  const cause = thrown.cause === undefined ? undefined : errorFacts(thrown.cause);
  return { name: thrown.name, code, at: frames.map((line) => line.trim()), cause };
}
