/** What the type checker knows of the client: held by `npm run typecheck`, written down as tests. */
import { describe, expectTypeOf, it } from 'vitest';
import type { Client, Event, List, NewKey, Page, Session, Visitor } from '../../sdk/index.ts';

declare const client: Client;
/** For the checker alone: nothing in it runs. */
const unrun = (_code: () => unknown) => undefined;

describe('types', () => {
  it('know every answer', () => {
    unrun(() => expectTypeOf(client.visitors.get('vis_1')).resolves.toEqualTypeOf<Visitor>());
    unrun(() => expectTypeOf(client.visitors.list()).toEqualTypeOf<List<Visitor>>());
    unrun(() => expectTypeOf(client.visitors.list().page()).resolves.toEqualTypeOf<Page<Visitor>>());
    unrun(() => expectTypeOf(client.sessions.list('vis_1')).toEqualTypeOf<List<Session>>());
    unrun(() => expectTypeOf(client.events.list('vis_1')).toEqualTypeOf<List<Event>>());
    unrun(() => expectTypeOf(client.keys.create({ kind: 'publishable', name: 'n' })).resolves.toEqualTypeOf<NewKey>());
    unrun(() => expectTypeOf(client.keys.revoke('key_1')).resolves.toEqualTypeOf<undefined>());
    unrun(async () => {
      const { meta } = await client.visitors.get('vis_1').withResponse();
      expectTypeOf(meta?.redirectedFrom).toEqualTypeOf<string | undefined>();
    });
  });

  it('refuse what the server would', () => {
    // @ts-expect-error a name of no field
    unrun(() => client.visitors.list({ serach: 'ann' }));
    // @ts-expect-error an order that is none
    unrun(() => client.visitors.list({ sort: 'age' }));
    // @ts-expect-error the userId is missing
    unrun(() => client.visitors.identify({ traits: {} }));
    // @ts-expect-error an item misspelt: the server would leave it out without a word
    unrun(() => client.events.track({ userID: 'u', name: 'n' }));
    // @ts-expect-error a secret key needs scopes
    unrun(() => client.keys.create({ kind: 'secret', name: 'n' }));
    // @ts-expect-error a type of item that is none
    unrun(() => client.batch([{ type: 'purchase', userId: 'u' }]));
    // @ts-expect-error an event needs a name
    unrun(() => client.tracker().track({ userId: 'u' }));
  });

  it('leave open what is the customer’s own', () => {
    unrun(() => client.visitors.identify({ userId: 'u', traits: { plan: 'premium', seats: 3, nested: { a: [1] } } }));
    unrun(() => client.visitors.edit('vis_1', { attributes: { plan: null } }));
  });
});
