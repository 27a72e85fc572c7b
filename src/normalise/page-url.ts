/** Addresses of pages: which are allowed, and the campaign they carry. */
import { MAX_LENGTH } from '../limits.ts';
import { cleanText, isPrototypeKey } from './clean.ts';
import { optionalText } from './field.ts';
import { type Fields, isFields, missingField, Refusal } from './refusal.ts';

/** A page's `url`: http(s), or a path that starts with `/`. Trimmed. */
export function readPageUrl(fields: Fields): string {
  const url = optionalText(fields, 'url', { max: MAX_LENGTH.url })?.trim();
  if (!url) throw missingField('/url');
  if (!url.startsWith('/') && !isWebUrl(url)) {
    throw new Refusal('bad_url', '/url', 'This has to be an http or https URL, or a path that starts with "/".');
  }
  return url;
}

/** A `referrer`: http(s); browsers send empty text for none. */
export function readReferrer(fields: Fields, parent = ''): string | undefined {
  const url = optionalText(fields, 'referrer', { max: MAX_LENGTH.url }, parent)?.trim();
  if (!url) return undefined;
  if (!isWebUrl(url)) throw new Refusal('bad_url', `${parent}/referrer`, 'This has to be an http or https URL.');
  return url;
}

/** Whether text is an absolute http(s) URL, scheme and all as written. */
export function isWebUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

const UTM_NAME = /^[a-z][a-z0-9_]{0,49}$/;
const UTM_KEY = /^utm_([a-z][a-z0-9_]{0,49})$/;

/** `/?utm_source=x&utm_medium=y` → `{source: 'x', medium: 'y'}`; the first of equal names; undefined without any. */
export function readUtm(url: string): Readonly<Record<string, string>> | undefined {
  if (!/utm_/i.test(url)) return undefined;
  const query = /\?([^#]*)/.exec(url.split('#', 1)[0] ?? '')?.[1];
  const found = new Map<string, string>();
  for (const [key, value] of new URLSearchParams(query)) {
    const name = UTM_KEY.exec(key.toLowerCase())?.[1];
    // Decoding can bring forth what the text itself did not hold: %00.
    const clean = cleanText(value).trim();
    if (name && clean && !isPrototypeKey(name) && !found.has(name)) found.set(name, clean);
  }
  return found.size > 0 ? Object.fromEntries(found) : undefined;
}

/**
 * A campaign as the sender read it off the address: `{source: 'x', name: 'spring'}` → `{source: 'x', campaign:
 * 'spring'}`. Surroundings, so what is unusable is left out; undefined when nothing is left.
 */
export function readCampaign(campaign: unknown): Readonly<Record<string, string>> | undefined {
  if (!isFields(campaign)) return undefined;
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(campaign)) {
    const name = key === 'name' ? 'campaign' : key;
    const text = typeof value === 'string' ? value.trim() : '';
    if (text && text.length <= MAX_LENGTH.url && UTM_NAME.test(name) && !isPrototypeKey(name)) found.set(name, text);
  }
  return found.size > 0 ? Object.fromEntries(found) : undefined;
}
