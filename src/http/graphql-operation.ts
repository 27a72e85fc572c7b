/**
 * Carries out GraphQL operations for every transport. A document is parsed, measured and checked once and kept, so
 * that the same document sent again costs a look into a map.
 */
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  parse,
  subscribe,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { type GraphQLContext, schema } from '../../schema/index.ts';
import { KEPT_QUERIES, MAX_KEPT_QUERY_LENGTH, MAX_QUERY_FAULTS, MAX_QUERY_TOKENS } from '../limits.ts';
import { faulty, refusal } from './graphql-error.ts';
import { type Cost, costOf, costProblem, shapeProblem } from './graphql-limits.ts';

/** An operation as a transport was asked for it. */
export interface OperationRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** An operation that may be carried out. */
export interface Operation {
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** It asks for nothing but the schema. */
  readonly isIntrospection: boolean;
}

/** Why an operation is not carried out. */
export interface Refused {
  readonly errors: readonly GraphQLError[];
}

interface KeptDocument {
  readonly document: DocumentNode;
  readonly operations: Map<string | null, Operation & { cost?: Cost }>;
}

const kept = new LRUCache<string, KeptDocument | Refused>({ max: KEPT_QUERIES });

/** The operation a request asks for, or why it is refused: text, size, schema and cost are judged here. */
export function prepareOperation({ query, operationName = null, variables }: OperationRequest): Operation | Refused {
  if (typeof query !== 'string' || (operationName !== null && typeof operationName !== 'string')) {
    return { errors: [refusal('bad_query', 'query and operationName are texts.', {}, false)] };
  }
  const known = documentOf(query);
  if ('errors' in known) return known;
  const operation = operationOf(known, operationName);
  if (!operation) return { errors: [refusal('bad_query', 'The document has no such operation, or several.')] };
  const { document, definition } = operation;
  const cost = operation.cost ?? costOf(schema, document, definition, variables ?? {});
  if (cost.isConstant) operation.cost = cost;
  const tooCostly = costProblem(cost);
  return tooCostly ? { errors: [tooCostly] } : operation;
}

/** A prepared operation as the executor takes it. @param contextValue null: for introspection only. */
export function executionArgs(
  { document }: Operation,
  { operationName, variables }: OperationRequest,
  contextValue: GraphQLContext | null,
): ExecutionArgs {
  return { schema, document, contextValue, operationName, variableValues: variables ?? {}, hideSuggestions: true };
}

/** Carries a prepared operation out. @returns a stream for subscriptions, unless they were refused. */
export function runOperation(
  operation: Operation,
  request: OperationRequest,
  context: GraphQLContext | null,
): ExecutionResult | Promise<ExecutionResult | AsyncGenerator<ExecutionResult, void, void>> {
  const args = executionArgs(operation, request, context);
  return operation.kind === 'subscription'
    ? subscribe(args)
    : (execute(args) as ExecutionResult | Promise<ExecutionResult>);
}

function documentOf(query: string): KeptDocument | Refused {
  const known = kept.get(query);
  if (known) return known;
  const judged = judge(query);
  if (query.length <= MAX_KEPT_QUERY_LENGTH) kept.set(query, judged);
  return judged;
}

function judge(query: string): KeptDocument | Refused {
  const document = parsed(query);
  if (document instanceof GraphQLError) return { errors: [document] };
  const misshapen = shapeProblem(document);
  if (misshapen) return { errors: [misshapen] };
  const faults = validate(schema, document, undefined, { hideSuggestions: true, maxErrors: MAX_QUERY_FAULTS });
  return faults.length > 0 ? { errors: faults.map(faulty) } : { document, operations: new Map() };
}

function parsed(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query, { maxTokens: MAX_QUERY_TOKENS });
  } catch (thrown) {
    if (!(thrown instanceof GraphQLError)) throw thrown;
    // The parser has no other way to say so.
    if (!/more that \d+ tokens/.test(thrown.message)) return faulty(thrown);
    const message = `A document may have at most ${MAX_QUERY_TOKENS} tokens.`;
    return refusal('query_too_long', message, { limit: MAX_QUERY_TOKENS });
  }
}

function operationOf({ document, operations }: KeptDocument, name: string | null) {
  const known = operations.get(name);
  if (known) return known;
  const definition = getOperationAST(document, name);
  if (!definition) return null;
  const isIntrospection = definition.selectionSet.selections.every(
    (each) => each.kind === Kind.FIELD && each.name.value.startsWith('__'),
  );
  const operation: Operation & { cost?: Cost } = { document, definition, kind: definition.operation, isIntrospection };
  operations.set(name, operation);
  return operation;
}
