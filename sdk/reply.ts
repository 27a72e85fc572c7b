/** A promise of what was asked for, which can also tell the rest of the answer. */

/** An answer with everything the server said beside the data. */
export interface Answer<Data, Meta> {
  readonly data: Data;
  /** E.g. `redirectedFrom` of a visitor who was merged away, or `warnings` about an edit. */
  readonly meta: Meta;
  readonly status: number;
  readonly headers: Headers;
  /** Names the request in the server's log. */
  readonly requestId: string | null;
  /** Of the editable fields: for `ifMatch`. */
  readonly etag: string | null;
}

/** Resolves to the data; `withResponse()` to the whole answer, of the same request. */
export interface Reply<Data, Meta> extends Promise<Data> {
  withResponse(): Promise<Answer<Data, Meta>>;
}

/** The data of an answer to come. */
export function replying<Data, Meta>(answer: Promise<Answer<Data, Meta>>): Reply<Data, Meta> {
  const data = answer.then((each) => each.data);
  return Object.assign(data, {
    withResponse: () => {
      data.catch(() => undefined); // whoever asks for the answer hears of its failure there
      return answer;
    },
  });
}
