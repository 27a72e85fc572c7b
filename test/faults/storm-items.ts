/** The items of a storm: of every type, about a few people, with values that tell afterwards which of them won. */
import type { Random } from './random.ts';

/** An item as it is sent; all of them carry a message id and a time. */
export interface SentItem {
  readonly type: 'track' | 'page' | 'session' | 'identify' | 'update' | 'alias';
  readonly messageId: string;
  readonly timestamp: string;
  readonly userId?: string;
  readonly anonymousId?: string;
  readonly visitorId?: string;
  readonly previousId?: string;
  readonly sessionId?: string;
  readonly action?: 'start' | 'heartbeat' | 'end';
  readonly name?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly url?: string;
  readonly traits?: Readonly<Record<string, unknown>>;
}

/** 24 ids: few enough that everybody meets everybody. */
export const USERS = Array.from({ length: 12 }, (_, i) => `user-${i}`);
export const BROWSERS = Array.from({ length: 12 }, (_, i) => `browser-${i}`);

/** Everything happened within these ten minutes, to the second: equal times are common, and message ids decide. */
const BEGIN = Date.UTC(2026, 0, 15, 10);
const SECONDS = 600;

/** Makes items. Every message id is new. */
export class Items {
  #made = 0;

  constructor(
    readonly random: Random,
    readonly prefix: string,
  ) {}

  /** About one of the 24. @param visitorIds ids that were answered so far. */
  any(visitorIds: readonly string[]): SentItem {
    const { random } = this;
    const draw = random.next();
    if (draw < 0.5) return { ...this.#track(), ...this.#who(visitorIds), ...this.#session() };
    if (draw < 0.6) return this.#page({ ...this.#who(visitorIds), ...this.#session() });
    if (draw < 0.66) return this.#beat();
    if (draw < 0.86) return { ...this.identify(random.of(USERS), random.of(BROWSERS)), ...this.#session() };
    if (draw < 0.9) return this.alias(random.of(BROWSERS), random.of(USERS));
    return { ...this.#common(), type: 'update', ...this.#who(visitorIds), traits: this.#traits() };
  }

  /** Everything at once about two ids that nobody has seen yet. */
  newcomers(userId: string, anonymousId: string): SentItem[] {
    return [
      this.identify(userId, anonymousId),
      { ...this.#track(), userId, anonymousId, sessionId: 'tab-new' },
      { ...this.#track(), anonymousId },
      this.alias(anonymousId, userId),
      this.#page({ userId }),
      this.identify(userId, anonymousId),
    ];
  }

  identify(userId: string, anonymousId: string): SentItem {
    return { ...this.#common(), type: 'identify', userId, anonymousId, traits: this.#traits() };
  }

  alias(previousId: string, userId: string): SentItem {
    return { ...this.#common(), type: 'alias', previousId, userId };
  }

  #common() {
    const messageId = `${this.prefix}-${this.#made++}`;
    return { messageId, timestamp: new Date(BEGIN + this.random.below(SECONDS) * 1000).toISOString() };
  }

  #track(): SentItem {
    const common = this.#common();
    return { ...common, type: 'track', name: 'clicked', properties: { message: common.messageId } };
  }

  #page(who: Partial<SentItem>): SentItem {
    const common = this.#common();
    return { ...common, type: 'page', url: `/pages/${common.messageId}`, ...who };
  }

  #beat(): SentItem {
    const anonymousId = this.random.of(BROWSERS);
    const action = this.random.of(['start', 'heartbeat', 'heartbeat', 'end'] as const);
    return { ...this.#common(), type: 'session', action, anonymousId, sessionId: `tab-${this.random.below(3)}` };
  }

  #who(visitorIds: readonly string[]): Partial<SentItem> {
    const [userId, anonymousId] = [this.random.of(USERS), this.random.of(BROWSERS)];
    if (visitorIds.length > 0 && this.random.chance(0.15)) return { visitorId: this.random.of(visitorIds) };
    return this.random.of([{ userId }, { anonymousId }, { anonymousId }, { userId, anonymousId }]);
  }

  #session(): Partial<SentItem> {
    return this.random.chance(0.3) ? { sessionId: `tab-${this.random.below(3)}` } : {};
  }

  #traits(): Record<string, unknown> {
    const { random } = this;
    const number = random.below(1_000_000);
    const traits: Record<string, unknown> = { [`key-${number % 5}`]: random.chance(0.1) ? null : number };
    if (random.chance(0.5)) traits.name = random.chance(0.1) ? null : `Name ${number}`;
    if (random.chance(0.3)) traits.email = `person-${number % 6}@example.com`;
    if (random.chance(0.3)) traits.company = `Company ${number % 3}`;
    return traits;
  }
}
