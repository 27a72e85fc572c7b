/** How long the model-based tests look, and from where: MODEL_RUNS histories, from MODEL_SEED. */
import type { Parameters } from 'fast-check';

/** Histories of the ordinary suite. */
const ORDINARY = 200;

/** Histories to try. */
export const MODEL_RUNS = Number(process.env.MODEL_RUNS ?? ORDINARY);

/** Longest a history gets, in steps: what is rare takes long ones, and those take time. */
export const MODEL_STEPS = MODEL_RUNS > ORDINARY ? 12 : 6;

/** What fast-check is given. @param share of `MODEL_RUNS`, for properties that need fewer. */
export function runs<Value>(share = 1): Parameters<Value> {
  const seed = process.env.MODEL_SEED;
  const limits = { interruptAfterTimeLimit: MODEL_TIMEOUT_MS - MARGIN_MS, markInterruptAsFailure: true };
  return { numRuns: Math.ceil(MODEL_RUNS * share), ...limits, ...(seed && { seed: Number(seed) }) };
}

/** Says how far a long run looked; an ordinary one stays silent. */
export function report(histories: string, steps: number): void {
  if (MODEL_RUNS > ORDINARY) console.info(`${histories}: ${MODEL_RUNS} histories, ${steps} steps`);
}

/** Room for a slow machine and for shrinking what fails, in milliseconds. */
export const MODEL_TIMEOUT_MS = 120_000 + MODEL_RUNS * 1000;
/** What is left of it to report a failure that still shrinks. */
const MARGIN_MS = 15_000;
