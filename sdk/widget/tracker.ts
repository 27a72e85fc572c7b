/** Items: who, which visit, when; written down at once, sent by and by. The parts of the widget put together. */
import { browserClock, randomId } from './clock.ts';
import { type Delivery, openDelivery } from './delivery.ts';
import { parsed, quietly } from './guard.ts';
import { encode } from './json.ts';
import { leaseLock, webLock } from './lock.ts';
import { addressOf, webAddress } from './pages.ts';
import { type Claim, openPeople, type Person, type Proof } from './person.ts';
import { openQueue } from './queue.ts';
import { openStore } from './store.ts';
import { openTransport } from './transport.ts';
import { openVisits } from './visit.ts';

/** A window with its classes. */
export type Page = Window & typeof globalThis;

/** Where items go, and under which key. */
export interface Target {
  readonly key: string;
  /** Without a slash at the end. */
  readonly host: string;
}

/** Fields of one item beyond who and when. */
export type Fields = Readonly<Record<string, unknown>>;

/** `"traits":{…}` or `"properties":{…}`: a member of an item, as JSON text. */
export type Bag = string;

/** Writes items down. Times are in milliseconds since 1970. */
export interface Tracker {
  readonly delivery: Delivery;
  /** Who it is now. */
  who(): Person;
  /** An item of the visitor of this moment; what it returns writes it down, now or later. */
  begin(at: number): (type: string, fields: Fields, bag?: Bag) => void;
  /** The visitor said to be another user. */
  isOther(userId: string): boolean;
  identify(at: number, userId: string, traits: Bag, proof: Proof): void;
  /** The visit is over. */
  end(at: number): void;
  /** The visit is over, and the next one is a stranger's. */
  reset(at: number): void;
}

/** What a server says of an item whose userId it will not believe; whatever else they do is theirs as a visitor. */
const NOT_THEM = /^(identity_|illegal_id)/;

/** Of every key in the browser's storage. */
export function prefixOf(key: string): string {
  return `support-${key}-`;
}

/** @param warn tells the page's makers, in the console. */
export function openTracker(page: Page, { key, host }: Target, warn: (text: string) => void): Tracker {
  const clock = browserClock;
  const tab = randomId();
  const store = openStore(page, prefixOf(key));
  const queue = openQueue(store, tab);
  const people = openPeople(store, randomId);
  // The visitor has an id from here on, for whoever asks before the first item.
  people.now();
  const visits = openVisits(store);
  // Where the browser is, as far as it says.
  const timezone = quietly(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  const context = { timezone, locale: page.navigator.language };
  const delivery = openDelivery({
    queue,
    store,
    clock,
    transport: openTransport(page, `${host}/api/support/batch?key=${encodeURIComponent(key)}`, clock),
    lock: page.navigator.locks ? webLock(page.navigator.locks, prefixOf(key)) : leaseLock(store, clock, tab),
    isOnline: () => page.navigator.onLine !== false,
    warn,
    onRejected(text, { code = 'invalid', pointer = '' }) {
      const item = parsed<Claim & { type?: string }>(text) || {};
      if (NOT_THEM.test(code)) people.disown(item);
      warn(`${item.type} was refused: ${code} ${pointer}`);
    },
  });
  // Only the first visit of a page came from where the page came from.
  let referrer = webAddress(page.document.referrer);

  const writer = (at: number, sessionId: string) => {
    const who = people.now();
    return (type: string, fields: Fields, bag?: Bag) => {
      const [messageId, timestamp] = [randomId(), new Date(at).toISOString()];
      const head = encode({ type, messageId, timestamp, ...who, sessionId, ...fields, context }) || '';
      queue.add(bag ? `${head.slice(0, -1)},${bag}}` : head, at);
      delivery.notice();
    };
  };

  const begin = (at: number) => {
    const visit = visits.touch(at);
    const write = writer(at, visit.id);
    if (visit.isNew) write('session', { action: 'start', page: addressOf(page.location), referrer });
    referrer = undefined;
    return write;
  };

  const end = (at: number) => {
    const id = visits.end(at);
    if (id) writer(at, id)('session', { action: 'end' });
  };

  const isOther = (userId: string) => (people.now().userId || userId) !== userId;

  const reset = (at: number) => {
    end(at);
    people.forget();
  };

  return {
    delivery,
    who: people.now,
    begin,
    isOther,
    identify(at, userId, traits, proof) {
      if (isOther(userId)) reset(at);
      people.claim(userId, proof);
      begin(at)('identify', {}, traits);
    },
    end,
    reset,
  };
}
