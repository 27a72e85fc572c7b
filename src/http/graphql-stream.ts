/** Streams of answers that are open: each payload passes through here, and all end when the server stops. */
import { type ExecutionResult, GraphQLError } from 'graphql';

/** Results as they come. Not a generator: one that waits would hear of its end only at the next payload. */
export type ResultStream = AsyncIterableIterator<ExecutionResult>;

/** The open streams of one server. */
export class Streams {
  readonly #open = new Set<ResultStream>();

  /** @param present makes a payload what is sent. A stream that breaks says why, as its last word. */
  open(source: AsyncIterable<ExecutionResult>, present: (result: ExecutionResult) => ExecutionResult): ResultStream {
    const iterator = source[Symbol.asyncIterator]();
    const stream: ResultStream = {
      [Symbol.asyncIterator]: () => stream,
      next: async () => {
        if (!this.#open.has(stream)) return { done: true, value: undefined };
        const step = await iterator.next().catch((thrown: unknown) => this.#lastWord(stream, thrown));
        if (!step.done) return { ...step, value: present(step.value) };
        this.#open.delete(stream);
        return step;
      },
      return: async () => {
        this.#open.delete(stream);
        return (await iterator.return?.()) ?? { done: true, value: undefined };
      },
    };
    this.#open.add(stream);
    return stream;
  }

  /** Ends all of them. */
  async end(): Promise<void> {
    await Promise.all([...this.#open].map((stream) => stream.return?.()));
  }

  #lastWord(stream: ResultStream, thrown: unknown): IteratorResult<ExecutionResult> {
    this.#open.delete(stream);
    const originalError = thrown instanceof Error ? thrown : new Error('A stream broke.');
    return { done: false, value: { errors: [new GraphQLError('The stream broke.', { originalError })] } };
  }
}
