/** What each REST operation takes and answers, read off the generated types. Types only. */
import type { operations } from './generated/rest.ts';

/** The name of a REST route, as in the OpenAPI document. */
export type RestOperation = keyof operations;

type Parameters<Op extends RestOperation> = operations[Op]['parameters'];

/** The parameters in its path. */
type PathOf<Op extends RestOperation> = Parameters<Op> extends { path: infer Path } ? Path : undefined;

/** Its query; everything in it may be left out. */
export type QueryOf<Op extends RestOperation> = NonNullable<Parameters<Op>['query']>;

/** Its body. */
export type BodyOf<Op extends RestOperation> = operations[Op] extends {
  requestBody?: { content: { 'application/json': infer Body } };
}
  ? Body
  : undefined;

type Success<Responses> = Responses[Extract<keyof Responses, 200 | 201 | 202 | 204>];

/** The body of its answer; undefined when there is none. */
export type AnswerOf<Op extends RestOperation> =
  Success<operations[Op]['responses']> extends { content: { 'application/json': infer Body } } ? Body : undefined;

/** What a call answers: `data`, or nothing. */
export type DataOf<Op extends RestOperation> = AnswerOf<Op> extends { data: infer Data } ? Data : undefined;

/** What stands beside it. */
export type MetaOf<Op extends RestOperation> = AnswerOf<Op> extends { meta?: infer Meta } ? Meta : undefined;

/** Operations that answer a page of a list. */
export type ListOperation = {
  [Op in RestOperation]: AnswerOf<Op> extends { data: readonly unknown[]; meta: { nextCursor: string | null } }
    ? Op
    : never;
}[RestOperation];

/** One item of a list. */
export type ItemOf<Op extends ListOperation> = DataOf<Op> extends readonly (infer Item)[] ? Item : never;

/** What is sent, beside options. A part that an operation does not have is undefined. */
export interface InputOf<Op extends RestOperation> {
  readonly path?: PathOf<Op>;
  readonly query?: QueryOf<Op>;
  readonly body?: BodyOf<Op>;
}
