/** Reads server-sent events out of the text of a stream, however it is cut into pieces. Knows no GraphQL. */

/** One event. */
export interface ServerEvent {
  /** `message` when the server gave none. */
  readonly event: string;
  readonly data: string;
}

/** Takes pieces of text and gives the events that are complete with them. */
export class EventReader {
  #rest = '';
  #event = '';
  #data: string[] = [];

  /** Comments (`:`), which servers send to keep a connection open, make no event. */
  push(text: string): ServerEvent[] {
    // A lone CR at the end may be half of a CRLF: it waits for what follows.
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?=[\s\S])/);
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#take(line));
  }

  #take(line: string): ServerEvent[] {
    if (line === '') return this.#dispatch();
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
    if (field === 'event') this.#event = value;
    if (field === 'data') this.#data.push(value);
    return [];
  }

  #dispatch(): ServerEvent[] {
    const found = { event: this.#event || 'message', data: this.#data.join('\n') };
    const isEmpty = this.#event === '' && this.#data.length === 0;
    this.#event = '';
    this.#data = [];
    return isEmpty ? [] : [found];
  }
}
