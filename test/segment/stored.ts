/** What is stored of a person, read as a customer would: over the REST API. */
import type { Event } from '../../src/contract/event.ts';
import type { Visitor } from '../../src/contract/visitor.ts';
import type { Client } from '../support/client.ts';

/** Names of all events of a person, sorted; a page view stands as its address. Twice stored stands twice. */
export async function eventsOf(client: Client, person: string): Promise<string[]> {
  const events = await client.all<Event>(`/visitors/${encodeURIComponent(person)}/events?type=all`);
  return events
    .map(({ name, properties }) => ('url' in properties && name === 'page' ? `${properties.url}` : name))
    .sort();
}

/** The profile of a person, by any of their ids. */
export async function visitorOf(client: Client, person: string): Promise<Visitor> {
  return (await client.get<Visitor>(`/visitors/${encodeURIComponent(person)}`)).data;
}
