/** Time and chance, as things handed in: the client never asks the platform for them elsewhere. */

/** What the client needs of its platform besides fetch. A test hands in its own. */
export interface Runtime {
  /** Milliseconds since 1970. */
  now(): number;
  /** From 0 (included) to 1 (excluded). */
  random(): number;
  /** A new id that nobody else makes: a UUID. */
  uuid(): string;
  /** Runs `work` once after `ms`, unless the function it returns is called before. Never keeps a process alive. */
  later(ms: number, work: () => void): () => void;
  /** As `later`, but somebody waits for it: a process stays for it. */
  soon(ms: number, work: () => void): () => void;
}

/** The platform's own. */
export const platformRuntime: Runtime = {
  now: () => Date.now(),
  random: () => Math.random(),
  uuid: makeUuid,
  later(ms, work) {
    const timer: unknown = setTimeout(work, ms);
    if (hasUnref(timer)) timer.unref();
    return () => clearTimeout(timer as Parameters<typeof clearTimeout>[0]);
  },
  soon(ms, work) {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

/** Not `crypto.randomUUID`, which browsers hide from pages served without TLS. */
function makeUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40; // version 4: random
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80; // variant of RFC 9562
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Node's timers are objects, others are numbers. */
function hasUnref(timer: unknown): timer is { unref(): void } {
  return typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function';
}
