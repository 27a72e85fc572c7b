/**
 * How large a GraphQL document is: one walk before it is checked against the schema, one after. Each fragment is looked
 * at once, so a document cannot cost more to judge than its own length.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
  visit,
} from 'graphql';
import { MAX_PAGE_SIZE, MAX_QUERY_ALIASES, MAX_QUERY_DEPTH, MAX_QUERY_DIRECTIVES, MAX_QUERY_NODES } from '../limits.ts';
import { refusal } from './graphql-error.ts';

/** The first limit of a document's own text that it passes, or null. Nothing is asked of the schema. */
export function shapeProblem(document: DocumentNode): GraphQLError | null {
  let [aliases, directives] = [0, 0];
  visit(document, {
    Field: ({ alias }) => void (alias && aliases++),
    Directive: () => void directives++,
  });
  if (aliases > MAX_QUERY_ALIASES) return tooMany('too_many_aliases', 'aliases', MAX_QUERY_ALIASES);
  if (directives > MAX_QUERY_DIRECTIVES) return tooMany('too_many_directives', 'directives', MAX_QUERY_DIRECTIVES);
  if (depthOf(document) > MAX_QUERY_DEPTH) return tooMany('query_too_deep', 'levels of fields', MAX_QUERY_DEPTH);
  return null;
}

function tooMany(code: string, what: string, limit: number): GraphQLError {
  return refusal(code, `A document may have at most ${limit} ${what}.`, { limit });
}

/** Levels of fields. Introspection has a rule of its own; a circle of fragments is refused by the validation. */
function depthOf(document: DocumentNode): number {
  const fragments = fragmentsOf(document);
  const known = new Map<string, number>();
  const depthIn = ({ selections }: SelectionSetNode): number =>
    Math.max(
      0,
      ...selections.map((each) => {
        if (each.kind === Kind.INLINE_FRAGMENT) return depthIn(each.selectionSet);
        if (each.kind === Kind.FRAGMENT_SPREAD) return ofFragment(each.name.value);
        if (each.name.value.startsWith('__')) return 0;
        return 1 + (each.selectionSet ? depthIn(each.selectionSet) : 0);
      }),
    );
  const ofFragment = (name: string): number => {
    const fragment = fragments.get(name);
    if (!known.has(name) && fragment) {
      known.set(name, 0);
      known.set(name, depthIn(fragment.selectionSet));
    }
    return known.get(name) ?? 0;
  };
  return Math.max(0, ...operationsOf(document).map(({ selectionSet }) => depthIn(selectionSet)));
}

/** What an operation may come to, in objects; and whether that is the same for all variables. */
export interface Cost {
  readonly nodes: number;
  readonly isConstant: boolean;
}

/** The refusal of an operation that asks for too much, or null. */
export function costProblem({ nodes }: Cost): GraphQLError | null {
  if (nodes <= MAX_QUERY_NODES) return null;
  const message = `This may come to ${nodes} objects; at most ${MAX_QUERY_NODES} may be asked for at once.`;
  return refusal('query_too_costly', message, { limit: MAX_QUERY_NODES, cost: nodes });
}

/**
 * The cost of an operation of a valid document: every object counts one, below a list as often as the list is long.
 *
 * @param variables as they were sent.
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Cost {
  const fragments = fragmentsOf(document);
  const known = new Map<string, number>();
  let isConstant = true;

  const costIn = (set: SelectionSetNode | undefined, typeName: string | undefined): number => {
    const type = typeName === undefined ? undefined : schema.getType(typeName);
    let sum = 0;
    for (const each of set?.selections ?? []) {
      if (each.kind === Kind.INLINE_FRAGMENT) {
        sum += costIn(each.selectionSet, each.typeCondition?.name.value ?? typeName);
      } else if (each.kind === Kind.FRAGMENT_SPREAD) {
        sum += ofFragment(each.name.value);
      } else if (isObjectType(type) || isInterfaceType(type)) {
        const field = type.getFields()[each.name.value];
        if (field) sum += ofField(type.name, each, field);
      }
    }
    return sum;
  };
  const ofFragment = (name: string): number => {
    const fragment = fragments.get(name);
    if (!known.has(name) && fragment) {
      known.set(name, 0);
      known.set(name, costIn(fragment.selectionSet, fragment.typeCondition.name.value));
    }
    return known.get(name) ?? 0;
  };
  const ofField = (parent: string, node: FieldNode, field: GraphQLField<unknown, unknown>): number => {
    const type = getNamedType(field.type);
    if (!isCompositeType(type)) return 0;
    const below = costIn(node.selectionSet, type.name);
    // What a list is wrapped in is no object of its own.
    if (isWrapping(parent, type.name)) return below;
    return lengthOf(node, field) * (1 + below);
  };
  const lengthOf = (node: FieldNode, field: GraphQLField<unknown, unknown>): number => {
    const first = field.args.find(({ name }) => name === 'first');
    if (!first) return Number(field.extensions.maxItems ?? 1);
    const given = node.arguments?.find(({ name }) => name.value === 'first')?.value;
    if (given?.kind === Kind.VARIABLE) isConstant = false;
    const sent = given?.kind === Kind.VARIABLE ? variables[given.name.value] : undefined;
    const written = given?.kind === Kind.INT ? given.value : undefined;
    const length = Number(sent ?? written ?? defaultOf(operation, given) ?? first.defaultValue);
    // A length beyond the limit is refused where the list is read.
    return Number.isInteger(length) && length >= 1 && length <= MAX_PAGE_SIZE ? length : MAX_PAGE_SIZE;
  };
  return { nodes: costIn(operation.selectionSet, schema.getRootType(operation.operation)?.name), isConstant };
}

function isWrapping(parent: string, type: string): boolean {
  return type === 'PageInfo' || parent.endsWith('Connection') || parent.endsWith('Edge');
}

function defaultOf(operation: OperationDefinitionNode, given: ValueNode | undefined): string | undefined {
  if (given?.kind !== Kind.VARIABLE) return undefined;
  const name = given.name.value;
  const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
  return definition?.defaultValue?.kind === Kind.INT ? definition.defaultValue.value : undefined;
}

function fragmentsOf({ definitions }: DocumentNode): Map<string, FragmentDefinitionNode> {
  const fragments = definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((each) => [each.name.value, each]));
}

function operationsOf({ definitions }: DocumentNode): OperationDefinitionNode[] {
  return definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
}
