/** How often signing in may fail from one address, so that nobody guesses keys, or keeps the database busy trying. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError, TooManyRequests } from '../errors.ts';
import { FAILED_SIGN_INS_PER_WINDOW, SIGN_IN_WINDOW_SECONDS } from '../limits.ts';
import { network } from './limiter.ts';

/** Counts failures by address; in this process, as sign-ins are few. */
export class SignInLimiter {
  readonly #failures = new RateLimiterMemory({
    points: FAILED_SIGN_INS_PER_WINDOW,
    duration: SIGN_IN_WINDOW_SECONDS,
  });

  /**
   * Runs an attempt. It counts before it is made, so that many at once are no way around, and is given back unless the
   * caller was refused.
   *
   * @throws {TooManyRequests} and whatever the attempt throws.
   */
  async guard<Result>(ip: string, attempt: () => Promise<Result>): Promise<Result> {
    const address = network(ip);
    await this.#count(address);
    try {
      const result = await attempt();
      await this.#failures.reward(address);
      return result;
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.status >= 500) await this.#failures.reward(address);
      throw thrown;
    }
  }

  async #count(address: string): Promise<void> {
    try {
      await this.#failures.consume(address);
    } catch (thrown) {
      if (!(thrown instanceof RateLimiterRes)) throw thrown;
      const seconds = Math.ceil(thrown.msBeforeNext / 1000);
      throw new TooManyRequests('Signing in failed too often from this address. Wait before you try again.', seconds);
    }
  }
}
