/** Whether something further down is asked for, so that it is read only then. */
import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/** True when a field of this name is selected anywhere below; directives may still leave it out. */
export function asksFor({ fieldNodes, fragments }: GraphQLResolveInfo, name: string): boolean {
  const seen = new Set<string>();
  const isIn = (set: SelectionSetNode | undefined): boolean =>
    set?.selections.some((each) => {
      if (each.kind === Kind.FIELD) return each.name.value === name || isIn(each.selectionSet);
      if (each.kind === Kind.INLINE_FRAGMENT) return isIn(each.selectionSet);
      if (seen.has(each.name.value)) return false;
      seen.add(each.name.value);
      return isIn(fragments[each.name.value]?.selectionSet);
    }) ?? false;
  return fieldNodes.some((node: FieldNode) => isIn(node.selectionSet));
}
