/** What each type of item says beyond who and when: one reader a type, one table of them. */
import type { Item, Warning, Who } from '../contract/item.ts';
import { MAX_LENGTH } from '../limits.ts';
import { companyValues, KNOWN_COMPANY_TRAITS } from '../normalise/company-mention.ts';
import { optionalFields, optionalKey, optionalText, requiredText } from '../normalise/field.ts';
import type { Bag } from '../normalise/inspect.ts';
import { readCampaign, readPageUrl, readReferrer, readUtm } from '../normalise/page-url.ts';
import { type Fields, missingField, Refusal } from '../normalise/refusal.ts';
import { KNOWN_TRAITS, readTraits } from '../normalise/traits.ts';
import type { Sender } from './sender.ts';
import { readAlias, readIdentified, readWho } from './who.ts';

/** What an item carries whatever its type, except who it is about. */
export type Common = Omit<Item, 'type' | 'who'>;

/** How one type of item is read. */
export interface ItemKind {
  /** Where the sender's own keys stand, if anywhere. */
  readonly bag: Bag | undefined;
  /**
   * `common` is spread last: V8 copies an object fast only behind the literal's own properties.
   *
   * @throws {Refusal}
   */
  read(fields: Fields, common: Common, kind: Sender['kind'], warnings: Warning[]): Item;
}

const TRAITS: Bag = { key: 'traits', known: KNOWN_TRAITS };
const COMPANY_TRAITS: Bag = { key: 'traits', known: KNOWN_COMPANY_TRAITS };
const PROPERTIES: Bag = { key: 'properties', known: new Set() };
const ACTIONS: ReadonlySet<unknown> = new Set(['start', 'heartbeat', 'end']);

const KINDS: ReadonlyMap<unknown, ItemKind> = new Map<Item['type'], ItemKind>([
  [
    'identify',
    {
      bag: TRAITS,
      read(fields, common, kind, warnings) {
        const who = readIdentified(fields, kind, warnings);
        const { values, company } = readTraits(optionalFields(fields, 'traits') ?? {}, '/traits', {
          warnings,
          now: common.receivedAt,
        });
        return { type: 'identify', who, traits: values, company, ...common };
      },
    },
  ],
  [
    'update',
    {
      bag: TRAITS,
      read(fields, common, kind, warnings) {
        const who = readWho(fields, kind, warnings);
        const traits = optionalFields(fields, 'traits');
        if (!traits) throw missingField('/traits');
        const { values, company } = readTraits(traits, '/traits', { warnings, now: common.receivedAt });
        return { type: 'update', who, traits: values, company, ...common };
      },
    },
  ],
  [
    'track',
    {
      bag: PROPERTIES,
      read(fields, common, kind, warnings) {
        const who = readWho(fields, kind, warnings);
        const name = requiredText(fields, 'name', { max: MAX_LENGTH.eventName, code: 'name_too_long' });
        const properties = optionalFields(fields, 'properties');
        return { type: 'track', who, name, properties: properties ? JSON.stringify(properties) : '{}', ...common };
      },
    },
  ],
  [
    'page',
    {
      bag: undefined,
      read(fields, common, kind, warnings) {
        const who = readWho(fields, kind, warnings);
        const url = readPageUrl(fields);
        const page = optionalText(fields, 'page', { max: MAX_LENGTH.pageName, code: 'name_too_long' });
        const title = optionalText(fields, 'title', { max: MAX_LENGTH.title });
        const utm = readUtm(url) ?? readCampaign(optionalFields(fields, 'context')?.campaign);
        return { type: 'page', who, url, page, title, referrer: readReferrer(fields), utm, ...common };
      },
    },
  ],
  [
    'session',
    {
      bag: undefined,
      read(fields, common, kind, warnings) {
        const who = readWho(fields, kind, warnings);
        if (common.sessionId === undefined) throw missingField('/sessionId');
        const action = readAction(fields.action);
        // Where the visitor is: the name of a page or its address, so it may be as long as an address.
        const page = optionalText(fields, 'page', { max: MAX_LENGTH.url });
        const referrer = readReferrer(fields) ?? readReferrer(optionalFields(fields, 'context') ?? {}, '/context');
        const utm = page === undefined ? undefined : readUtm(page);
        return { type: 'session', who, action, sessionId: common.sessionId, page, referrer, utm, ...common };
      },
    },
  ],
  [
    'group',
    {
      bag: COMPANY_TRAITS,
      read(fields, common, kind, warnings) {
        const who: Who = readWho(fields, kind, warnings);
        const externalId = optionalKey(fields, 'groupId');
        if (externalId === undefined) throw missingField('/groupId');
        const values = companyValues(optionalFields(fields, 'traits') ?? {}, '/traits');
        return { type: 'group', who, company: { externalId, values }, ...common };
      },
    },
  ],
  [
    'alias',
    {
      bag: undefined,
      read(fields, common, kind, warnings) {
        return { type: 'alias', ...readAlias(fields, kind, warnings), ...common };
      },
    },
  ],
]);

/** Whether text names a type of item. */
export function isItemType(type: unknown): type is Item['type'] {
  return KINDS.has(type);
}

/**
 * The kind of an item by its `type`.
 *
 * @throws {Refusal} missing_field, unknown_type
 */
export function itemKind(type: unknown): ItemKind {
  const kind = KINDS.get(type);
  if (kind) return kind;
  if (type === undefined || type === null) throw missingField('/type');
  throw new Refusal('unknown_type', '/type', `The type of an item is one of ${[...KINDS.keys()].join(', ')}.`);
}

function readAction(action: unknown): 'start' | 'heartbeat' | 'end' {
  if (action === undefined || action === null) throw missingField('/action');
  if (!ACTIONS.has(action)) throw new Refusal('unknown_action', '/action', 'A session starts, has heartbeats or ends.');
  return action as 'start' | 'heartbeat' | 'end';
}
