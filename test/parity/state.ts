/** All that can be read of a workspace, without what differs between twins: ids, and texts made of chance or of ids. */
import { all } from '../support/sdk-clients.ts';
import type { Place } from './workspace.ts';

/** Read through REST, which the other doors were held to. */
export async function stateOf({ client }: Place): Promise<unknown> {
  const visitors = await all(client.visitors.list({ limit: 100 }));
  const histories = await Promise.all(
    visitors.map(async ({ id }) => ({
      id,
      sessions: await all(client.sessions.list(id)),
      activity: await all(client.events.list(id, { type: 'all' })),
      notes: await all(client.notes.list(id)),
      merges: await all(client.merges.list(id)),
    })),
  );
  const conversations = await all(client.conversations.list({ limit: 100 }));
  const talks = await Promise.all(
    conversations.map(async (each) => ({ ...each, messages: await all(client.conversations.messages(each.id)) })),
  );
  return alike({
    visitors,
    histories,
    holds: await Promise.all(visitors.map(({ id }) => client.visitors.hold(id))),
    receipts: await client.erasures.verify(),
    talks,
    suggestions: await all(client.mergeSuggestions.list()),
    settings: await client.settings.get(),
    keys: await all(client.keys.list()),
    attributeKeys: await all(client.attributeKeys.list()),
    eventNames: await all(client.eventNames.list()),
    issues: await all(client.ingestionIssues.list()),
  });
}

/** Ids as numbers in the order they appear, hashes, keys, secrets and tokens likewise. */
export function alike<Value>(value: Value): Value {
  const numbers = new Map<string, string>();
  const numbered = (kind: string) => (id: string) => {
    const known = numbers.get(id) ?? `${kind} ${numbers.size + 1}`;
    numbers.set(id, known);
    return known;
  };
  const text = JSON.stringify({ value })
    .replaceAll(/\b[ps]k_[\w-]{10,}/g, numbered('key'))
    .replaceAll(/\bivs_[0-9a-f]{64}\b/g, numbered('secret'))
    .replaceAll(/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, numbered('token'))
    .replaceAll(/\b[a-z]{3}_[0-7][0-9a-hjkmnp-tv-z]{25}\b/g, numbered('id'))
    .replaceAll(/(?<=")([\w-]{43}|[0-9a-f]{32,64})(?=")/g, numbered('hash'))
    .replaceAll(/"etag":"[^,]*"/g, '"etag":"…"')
    .replaceAll(/"hint":"[^"]*"/g, '"hint":"…"')
    .replaceAll(/Anonymous \w{4}\b/g, 'Anonymous …');
  return JSON.parse(text).value;
}
