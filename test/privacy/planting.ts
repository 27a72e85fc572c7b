/** A person with a text of their own in every value that can be written, sent through every door that writes. */
import { ingestRoutes } from '../../src/contract/ingest-routes.ts';
import { restRoutes } from '../../src/contract/rest-routes.ts';
import type { Answer, TestServer } from '../support/http.ts';

/** Begins every planted text, so that one search finds them all. */
export const CANARY = 'zqcanary';
const STRONG_ID = `${CANARY}-5f0c8a52-6f5e-4b53-9d0e-5a4c1d9b7e21`;
const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';

/** Routes that hold nothing a visitor, or somebody about them, wrote. */
export const HOLDING_NOTHING: ReadonlySet<string> = new Set([
  ...['createKey', 'rotateKey', 'revokeKey', 'updateSettings', 'rotateIdentitySecret', 'updateRetention'],
  ...['dismissSuggestion', 'undoMerge', 'removeTag', 'deleteNote', 'markRead', 'setHold', 'unsuppressErasure'],
  ...['verifyErasures', 'deleteVisitor', 'anonymizeVisitor'],
]);

/** A request as it was sent. */
export interface Sent {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Plants, and remembers what and through which routes. */
export class Planting {
  /** Texts that are to be in an export. */
  readonly kept: string[] = [];
  /** Ingestion, to be sent again. */
  readonly captured: Sent[] = [];
  /** Operation ids of the routes that were called. */
  readonly routes = new Set<string>();
  #serial = 0;

  constructor(
    readonly server: TestServer,
    readonly keys: { readonly publishable: string; readonly secret: string },
  ) {}

  /** A text of its own, stored with the person. */
  text(what: string): string {
    const text = `${CANARY}${++this.#serial}${what}`;
    this.kept.push(text);
    return text;
  }

  /** One that is used but not kept as it is, or not kept at all. */
  passing(what: string): string {
    return `${CANARY}${++this.#serial}${what}`;
  }

  async send({ url, headers, body }: Sent, method: 'POST' | 'PUT' = 'POST'): Promise<Answer> {
    const answer = await this.server.app.inject({
      method,
      url,
      headers: { 'content-type': 'application/json', ...headers },
      payload: JSON.stringify(body),
    });
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.body === '' ? undefined : JSON.parse(answer.body),
    };
  }

  /** Through a route of ours; one that may be repeated brings an Idempotency-Key. @throws {Error} when it is refused. */
  async call(
    route: keyof typeof restRoutes | keyof typeof ingestRoutes,
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = { 'x-api-key': this.keys.secret },
  ): Promise<Answer['body']> {
    this.routes.add(route);
    const { method } = { ...restRoutes, ...ingestRoutes }[route];
    const sent = { url: `/api/support${path}`, headers, body };
    if (route in ingestRoutes && route !== 'issueVisitorToken') this.captured.push(sent);
    const repeatable = { ...sent, headers: { ...headers, 'idempotency-key': this.passing('idempotency') } };
    const answer = await this.send(route in ingestRoutes ? sent : repeatable, method === 'PUT' ? 'PUT' : 'POST');
    if (answer.status >= 300) throw new Error(`${route}: ${answer.status} ${JSON.stringify(answer.body)}`);
    const { status = 'accepted' } = answer.body.data;
    if (route in ingestRoutes && status !== 'accepted') throw new Error(`${route}: ${status}`);
    return answer.body.data;
  }

  /** @returns the person's id. */
  async plant(): Promise<string> {
    const page = { 'x-api-key': this.keys.publishable, 'user-agent': CHROME };
    const who = { userId: this.text('user'), anonymousId: this.text('anonymous') };
    await this.#ingest(who, page);
    await this.#segment(who.anonymousId);
    await this.#graphql(who.anonymousId);
    const ref = `user:${encodeURIComponent(who.userId)}`;
    const names = { name: this.text('edited'), attributes: { nick: this.text('attribute') } };
    await this.call('editVisitor', `/visitors/${ref}`, names);
    const other = { userId: this.text('other'), traits: { name: this.text('othername') } };
    await this.call('identify', '/visitors/identify', other);
    await this.call('mergeVisitors', '/visitors/merge', {
      sourceVisitorId: `user:${other.userId}`,
      targetVisitorId: `user:${who.userId}`,
      allowIdentified: true,
      overrides: { phone: `+49 ${this.text('phone')}` },
    });
    await this.#byHand(ref);
    await this.#talk(ref, page);
    const { body } = await this.server.call(this.keys.secret, 'GET', `/visitors/${ref}`);
    return body.data.id;
  }

  async #ingest(who: { userId: string; anonymousId: string }, page: Readonly<Record<string, string>>): Promise<void> {
    const { anonymousId } = who;
    const item = () => ({ anonymousId, sessionId: this.text('session'), messageId: this.passing('message') });
    const url = `https://shop.example/${this.text('path')}?q=${this.text('query')}&utm_source=${this.text('utm')}#${this.text('hash')}`;
    const view = { url, title: this.text('title'), page: this.text('page') };
    const referrer = `https://from.example/${this.text('referrer')}`;
    await this.call('page', '/pageviews', { ...item(), ...view, referrer }, page);
    await this.call(
      'track',
      '/events',
      { ...item(), name: 'bought', properties: { a: [this.text('property')] } },
      page,
    );
    const traits = {
      name: this.text('name'),
      email: `${this.text('email')}@example.com`,
      deep: { er: this.text('deep') },
    };
    await this.call('identify', '/visitors/identify', { ...who, messageId: this.passing('message'), traits }, page);
    const avatarUrl = `https://cdn.example/${this.text('avatar')}.png`;
    await this.call(
      'update',
      '/visitors/update',
      { ...item(), traits: { avatarUrl, phone: this.text('phone') } },
      page,
    );
    const context = { ip: '203.0.113.77', locale: this.passing('locale'), timezone: 'Europe/Berlin' };
    await this.call('batch', '/batch', {
      items: [
        { type: 'session', action: 'start', ...item(), page: `/${this.text('landing')}`, context },
        { type: 'group', ...item(), userId: who.userId, groupId: 'Acme', traits: { name: 'Acme' } },
        { type: 'alias', previousId: this.text('previous'), userId: who.userId, messageId: this.passing('message') },
        // Refused: nothing of it may be kept, neither in what is listed of it.
        { type: 'track', userId: 'null', name: 'x', properties: { a: this.passing('refused') } },
        { type: 'page', anonymousId, sessionId: this.passing('session'), url: `ftp://${this.passing('refused')}` },
      ],
    });
  }

  async #segment(anonymousId: string): Promise<void> {
    const properties = { value: this.text('segment') };
    const sent = {
      url: '/v1/track',
      headers: { authorization: `Basic ${Buffer.from(`${this.keys.publishable}:`).toString('base64')}` },
      body: { anonymousId, event: 'bought', properties, messageId: this.passing('message') },
    };
    this.captured.push(sent);
    const { status } = await this.send(sent);
    if (status !== 200) throw new Error(`/v1/track: ${status}`);
  }

  async #graphql(anonymousId: string): Promise<void> {
    const input = {
      anonymousId,
      name: 'bought',
      properties: { a: this.text('graphql') },
      messageId: this.passing('m'),
    };
    const query = 'mutation ($input: TrackEventInput!) { trackEvent(input: $input) { status } }';
    const sent = { url: '/graphql', headers: { 'x-api-key': this.keys.secret }, body: { query, variables: { input } } };
    this.captured.push(sent);
    const { body } = await this.send(sent);
    if (body.data?.trackEvent.status !== 'accepted') throw new Error(JSON.stringify(body));
  }

  async #byHand(ref: string): Promise<void> {
    await this.call('addTag', `/visitors/${ref}/tags`, { tag: this.text('tag') });
    const note = await this.call('addNote', `/visitors/${ref}/notes`, { body: this.passing('firstnote') });
    await this.call('updateNote', `/visitors/${ref}/notes/${note.id}`, { body: this.text('note') });
  }

  async #talk(ref: string, page: Readonly<Record<string, string>>): Promise<void> {
    const visitorId = decodeURIComponent(ref);
    const begun = { visitorId, subject: this.passing('firstsubject'), message: { body: this.text('message') } };
    const { id } = await this.call('startConversation', '/conversations', begun);
    await this.call('updateConversation', `/conversations/${id}`, { subject: this.text('subject') });
    const author = { kind: 'bot', name: this.text('author') };
    await this.call('sendMessage', `/conversations/${id}/messages`, { body: this.text('answer'), author });
    // The visitor in a browser of its own, who is this person too.
    await this.call('identify', '/visitors/identify', {
      userId: visitorId.slice('user:'.length),
      anonymousId: STRONG_ID,
    });
    const { token } = await this.call('issueVisitorToken', '/visitors/token', { anonymousId: STRONG_ID }, page);
    const message = { body: this.text('own') };
    await this.call('startConversation', '/conversations', { message }, { ...page, 'x-visitor-token': token });
  }
}
