/** Calls the REST API as a server or a browser would: one key, one origin, answers taken apart. */
import type { PageMeta } from '../../src/contract/page.ts';
import type { Problem } from '../../src/contract/problem.ts';
import { PREFIX } from '../../src/http/replies.ts';

/** An answer. A refusal has a `problem`, everything else `data`; reading the wrong one fails the test. */
export interface Answer<Data> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Data;
  readonly meta: PageMeta & { readonly redirectedFrom?: string };
  readonly problem: Problem;
}

/** Calls one server with one key. */
export class Client {
  /** @param where the server's origin; a function when it moves. @param headers sent with every call. */
  constructor(
    readonly where: string | (() => string),
    readonly key: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  get<Data>(path: string): Promise<Answer<Data>> {
    return this.send('GET', path);
  }

  post<Data>(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer<Data>> {
    return this.send('POST', path, JSON.stringify(body), headers);
  }

  put<Data>(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer<Data>> {
    return this.send('PUT', path, JSON.stringify(body), headers);
  }

  /** @param body as it goes over the wire. @throws what fetch throws when there is no answer. */
  async send<Data>(
    method: string,
    path: string,
    body?: string | Uint8Array<ArrayBuffer>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer<Data>> {
    const origin = typeof this.where === 'string' ? this.where : this.where();
    const response = await fetch(origin + PREFIX + path, {
      method,
      headers: { 'x-api-key': this.key, 'content-type': 'application/json', ...this.headers, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    return new Taken<Data>(response, await response.text());
  }

  /** Every item of a list, walked by cursor. @param path with or without a query. */
  async all<Item>(path: string, limit = 100): Promise<Item[]> {
    const items: Item[] = [];
    const list = `${path}${path.includes('?') ? '&' : '?'}limit=${limit}`;
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { data, meta }: Answer<Item[]> = await this.get(cursor === '' ? list : `${list}&cursor=${cursor}`);
      items.push(...data);
      cursor = meta.nextCursor;
    }
    return items;
  }
}

class Taken<Data> implements Answer<Data> {
  readonly status: number;
  readonly headers: Headers;

  constructor(
    response: Response,
    readonly text: string,
  ) {
    this.status = response.status;
    this.headers = response.headers;
  }

  get data(): Data {
    if (this.status >= 300) throw new Error(`Refused with ${this.status}: ${this.text}`);
    return JSON.parse(this.text).data;
  }

  get meta(): Answer<Data>['meta'] {
    if (this.status >= 300) throw new Error(`Refused with ${this.status}: ${this.text}`);
    return JSON.parse(this.text).meta;
  }

  get problem(): Problem {
    if (this.status < 400) throw new Error(`Not refused: ${this.status} ${this.text}`);
    return JSON.parse(this.text);
  }
}
