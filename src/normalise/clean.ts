/** What is mended instead of refused: text that no database or encoder takes, and keys that reach into prototypes. */
import type { Warning } from '../contract/item.ts';
import { isFields, under, warn } from './refusal.ts';

const LONE_SURROGATE = /\p{Surrogate}/u;
const LONE_SURROGATES = /\p{Surrogate}/gu;

/** Whether text holds NUL (PostgreSQL has no such text) or half a surrogate pair (UTF-8 has no such text). */
export function isDirtyText(text: string): boolean {
  return text.includes('\0') || LONE_SURROGATE.test(text);
}

/** NUL goes, a lone surrogate becomes U+FFFD. Never longer than `text`. */
export function cleanText(text: string): string {
  return text.replaceAll('\0', '').replace(LONE_SURROGATES, '\ufffd');
}

/** Keys that JSON may carry but no object of ours: assigning to them would reach its prototype. */
export function isPrototypeKey(key: string): boolean {
  return key === '__proto__' || key === 'constructor' || key === 'prototype';
}

/**
 * A copy in which every text and key is clean and no prototype key is left, at any depth.
 * Recursive, so only for what was found shallow (src/ingest/inspect.ts). Warns `text_cleaned`, `key_cleaned`,
 * `key_dropped`.
 */
export function cleanCopy(value: unknown, pointer: string, warnings: Warning[]): unknown {
  if (typeof value === 'string') {
    if (!isDirtyText(value)) return value;
    warn(warnings, 'text_cleaned', pointer);
    return cleanText(value);
  }
  if (Array.isArray(value)) return value.map((entry, i) => cleanCopy(entry, under(pointer, i), warnings));
  if (!isFields(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const name = isDirtyText(key) ? cleanText(key) : key;
    // Judged after cleaning: a NUL inside would hide the name.
    if (isPrototypeKey(name)) {
      warn(warnings, 'key_dropped', under(pointer, key));
      continue;
    }
    if (name !== key) warn(warnings, 'key_cleaned', under(pointer, key));
    copy[name] = cleanCopy(value[key], under(pointer, name), warnings);
  }
  return copy;
}
