/** One message twice: as a sender writes it, and as the model understands it. */
import { toWire, type Uuid } from '../../src/ids.ts';
import type { CompanyMention, Message, RecordName, Values } from './history.ts';
import type { Draft, Traits } from './steps.ts';

/** A message on the wire, and what it means. */
export interface Twin {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly message: Message;
}

const MACHINES = {
  desktop: {
    userAgent:
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0 Safari/537.36',
    values: {
      browser: { name: 'Chrome', version: '120.0.0' },
      os: { name: 'macOS', version: '14.0' },
      device: 'desktop',
    },
  },
  phone: {
    userAgent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1',
    values: { browser: { name: 'Safari', version: '17.1' }, os: { name: 'iOS', version: '17.1' }, device: 'mobile' },
  },
} as const;

const SAYING_WHO: ReadonlySet<Draft['type']> = new Set(['identify', 'update', 'group', 'alias']);

/** Where a draft becomes concrete. */
export interface Moment {
  readonly receivedAt: number;
  /** Number of the message, for its id. */
  readonly serial: number;
  /** Records that exist, and their ids, for items that name a visitorId. */
  readonly records: readonly RecordName[];
  readonly ids: ReadonlyMap<RecordName, Uuid>;
}

/** Makes a draft concrete. */
export function twin(draft: Draft, moment: Moment): Twin {
  const id = `${draft.prefix}${moment.serial}`;
  const at = moment.receivedAt - draft.ago;
  const who = whoOf(draft, moment);
  const machine = draft.machine && MACHINES[draft.machine];
  const context = {
    ...(machine && { userAgent: machine.userAgent }),
    ...(draft.timezone && { timezone: draft.timezone }),
  };
  // Heartbeats only say that somebody is still there.
  const isHeartbeat = draft.type === 'session' && draft.action === 'heartbeat';
  const surroundings = isHeartbeat
    ? {}
    : { ...machine?.values, ...(draft.timezone && { location: { timezone: draft.timezone } }) };
  // A server's word proves who it is about, of the items that say something lasting of a userId.
  const verified = who.named.user !== undefined && SAYING_WHO.has(draft.type) ? { verified: true } : {};
  const session = draft.session === null ? undefined : `s${draft.session}`;
  const said = says(draft, id, moment.serial);
  const sessionId = draft.type === 'session' ? (session ?? 's0') : session;
  return {
    raw: {
      type: draft.type,
      messageId: id,
      timestamp: new Date(at).toISOString(),
      ...(sessionId && { sessionId }),
      ...(Object.keys(context).length > 0 && { context }),
      ...who.raw,
      ...said.raw,
    },
    message: {
      id,
      type: draft.type,
      at,
      session: sessionId,
      ...who.named,
      ...said.message,
      values: { ...surroundings, ...verified, ...said.message.values },
    },
  };
}

function whoOf({ type, who, previous, previousIsUser }: Draft, { records, ids }: Moment) {
  const user = `u${who.user ?? 0}`;
  const anonymous = who.anonymous === undefined ? undefined : `a${who.anonymous}`;
  if (type === 'alias') {
    const previousId = previousIsUser ? `u${previous}` : `a${previous}`;
    return { raw: { userId: user, previousId }, named: { user, previous: previousId } };
  }
  if (type === 'identify') {
    return { raw: { userId: user, ...(anonymous && { anonymousId: anonymous }) }, named: { user, anonymous } };
  }
  const visitor = who.visitor === undefined ? undefined : records[who.visitor % Math.max(1, records.length)];
  const visitorId = visitor && ids.get(visitor);
  if (visitorId) return { raw: { visitorId: toWire('visitor', visitorId) }, named: { visitor } };
  if (who.user === undefined)
    return { raw: { anonymousId: anonymous ?? 'a0' }, named: { anonymous: anonymous ?? 'a0' } };
  return { raw: { userId: user, ...(anonymous && { anonymousId: anonymous }) }, named: { user, anonymous } };
}

function says({ type, action, traits }: Draft, id: string, serial: number) {
  switch (type) {
    case 'identify':
    case 'update': {
      const { values, company } = meaningOf(traits);
      const { avatarUrl, ...others } = traits;
      const raw = { traits: { ...others, ...(avatarUrl !== undefined && { avatar: avatarUrl }) } };
      return { raw, message: { values, company } };
    }
    case 'alias':
      return { raw: {}, message: { values: {} } };
    case 'track':
      return { raw: { name: 'clicked', properties: { id } }, message: { values: {} } };
    case 'page': {
      const { url, ...from } = cameFrom(serial);
      return { raw: { url, title: id, referrer: from.referrer }, message: { url, ...from, values: {} } };
    }
    case 'session': {
      if (action !== 'start') return { raw: { action }, message: { action, values: {} } };
      const { url, ...from } = cameFrom(serial);
      // A start may know where the visit came from, and not where it is.
      if (serial % 4 === 0)
        return { raw: { action, referrer: from.referrer }, message: { action, referrer: from.referrer, values: {} } };
      return { raw: { action, page: url, referrer: from.referrer }, message: { action, url, ...from, values: {} } };
    }
    case 'group': {
      const company = { id: 'acme', ...(traits.name !== undefined && { name: traits.name }) };
      const raw = { groupId: 'acme', traits: 'name' in company ? { name: company.name } : {} };
      return { raw, message: { values: {}, company } };
    }
  }
}

/** An address of its own for every message; some have a campaign, some a referrer, some both. */
function cameFrom(serial: number) {
  const campaign = serial % 2 === 0 ? String(serial) : undefined;
  const referrer = serial % 3 === 0 ? `https://from.example/${serial}` : undefined;
  return { url: `/${serial}${campaign ? `?utm_source=${campaign}` : ''}`, campaign, referrer };
}

/** What traits mean: values by profile key, and the company they name. `company` among the values is its removal. */
export function meaningOf(traits: Traits): { values: Values; company?: CompanyMention } {
  const { plan, createdAt, company, ...contact } = traits;
  const values = {
    ...contact,
    ...('plan' in traits && { 'attributes.plan': plan }),
    ...(createdAt !== undefined && { 'attributes.createdAt': createdAt && new Date(createdAt).toISOString() }),
    ...(company === null && { company }),
  };
  if (company === null || company === undefined) return { values };
  return { values, company: typeof company === 'string' ? { id: company, name: company } : company };
}
