/** GraphQL by the client: typed results, errors by their code, and mutations that are never carried out twice. */
import { describe, expect, it } from 'vitest';
import {
  ConnectionError,
  InternalError,
  NotFoundError,
  RateLimitedError,
  RejectedError,
  TransactionalSupportError,
  type TypedDocument,
  UnauthenticatedError,
  UnreadableAnswerError,
} from '../../sdk/index.ts';
import { answers, breaks, refuses, type Step, scripted } from './fake.ts';

interface Ann {
  readonly visitor: { readonly name: string };
}
/** As graphql-codegen makes them in string mode. */
const annDocument: TypedDocument<Ann, { readonly id: string }> = new String(
  'query ($id: ID!) { visitor(id: $id) { name } }',
);
const ann = answers({ data: { visitor: { name: 'Ann' } } });
const fails = (extensions: object, status = 200): Step =>
  answers({ data: null, errors: [{ message: 'Said.', path: ['visitor'], extensions }] }, status);

describe('an operation', () => {
  it('is posted with its variables, and answers its data', async () => {
    const { client, seen } = scripted([ann]);
    const { visitor } = await client.graphql(annDocument, { id: 'vis_1' });
    expect(visitor.name).toBe('Ann');
    expect(seen[0]).toMatchObject({ method: 'POST', path: '/graphql' });
    expect(seen[0]?.body).toEqual({ query: String(annDocument), variables: { id: 'vis_1' } });
    expect(seen[0]?.headers.get('x-api-key')).toBe('sk_test');
  });

  it('may be a text', async () => {
    const { client } = scripted([ann]);
    expect(await client.graphql<Ann>('{ visitor { name } }')).toEqual({ visitor: { name: 'Ann' } });
  });
});

describe('an error of GraphQL', () => {
  it.each([
    ['not_found', NotFoundError],
    ['unauthenticated', UnauthenticatedError],
    ['of_tomorrow', TransactionalSupportError],
  ])('%s becomes the class that REST has for the code', async (code, Class) => {
    const { client } = scripted([fails({ code, requestId: 'req-3' })]);
    const failed = client.graphql(annDocument, { id: 'x' });
    await expect(failed).rejects.toThrow(Class);
    await expect(failed).rejects.toMatchObject({ code, message: 'Said.', requestId: 'req-3' });
  });

  it('says where the input is wrong, and whatever else the server says', async () => {
    const faults = [{ pointer: '/name', detail: 'at most 255' }];
    const { client } = scripted([fails({ code: 'value_too_long', status: 422, errors: faults, limit: 255 })]);
    const failed = client.graphql('mutation { x }');
    await expect(failed).rejects.toThrow(RejectedError);
    await expect(failed).rejects.toMatchObject({ faults, facts: { limit: 255, path: ['visitor'] } });
  });

  it('is one though part of the data is there', async () => {
    const { client } = scripted([
      answers({ data: { a: 1 }, errors: [{ message: 'b', extensions: { code: 'internal' } }] }),
    ]);
    await expect(client.graphql('{ a b }', {}, { retries: 0 })).rejects.toThrow(InternalError);
  });

  it('is read from a refusal with a status, too', async () => {
    const { client } = scripted([fails({ code: 'unauthenticated' }, 401)]);
    await expect(client.graphql('{ a }')).rejects.toThrow(UnauthenticatedError);
    const { client: other } = scripted([refuses(401, 'unauthenticated')]);
    await expect(other.graphql('{ a }')).rejects.toThrow(UnauthenticatedError);
  });

  it('is another thing than an answer that is no GraphQL', async () => {
    const { client } = scripted([answers({ hello: 'world' })]);
    await expect(client.graphql('{ a }')).rejects.toThrow(UnreadableAnswerError);
  });
});

describe('a failed operation', () => {
  it('is repeated when it is a query', async () => {
    const { client, runtime, seen } = scripted([breaks, fails({ code: 'unavailable' }, 503), ann]);
    await runtime.until(client.graphql(annDocument, { id: 'x' }));
    expect(seen).toHaveLength(3);
  });

  it.each<[string, Step]>([
    ['the connection broke', breaks],
    ['the server failed', fails({ code: 'internal' }, 500)],
    ['something passing was in the way', fails({ code: 'unavailable' }, 503)],
  ])('is not repeated when it is a mutation and may have been carried out: %s', async (_why, step) => {
    const { client, runtime, seen } = scripted([step]);
    await expect(runtime.until(client.graphql('mutation { deleteIt }'))).rejects.toThrow(TransactionalSupportError);
    expect(seen).toHaveLength(1);
  });

  it('is repeated when it is a mutation that did not begin', async () => {
    const { client, runtime, seen } = scripted([refuses(429, 'rate_limited'), answers({ data: { ok: true } })]);
    await runtime.until(client.graphql('mutation { deleteIt }'));
    expect(seen).toHaveLength(2);
  });

  it('fails with the last error', async () => {
    const { client, runtime } = scripted([breaks], { retries: 1 });
    await expect(runtime.until(client.graphql('{ a }'))).rejects.toThrow(ConnectionError);
    const { client: other, runtime: time } = scripted([refuses(429, 'rate_limited')], { retries: 1 });
    await expect(time.until(other.graphql('mutation { a }'))).rejects.toThrow(RateLimitedError);
  });
});
