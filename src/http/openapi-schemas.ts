/** Zod shapes as JSON Schema, each named one once under `components`. */
import { z } from 'zod';

/** A JSON object in the making. */
export type Json = Record<string, unknown>;

const REFERENCE = '#/components/schemas/';

/** Collects the named shapes of one document while it is made. */
export class Schemas {
  private readonly named = new Map<string, Json>();

  /** A shape as callers send it. */
  input(schema: z.ZodType): Json {
    return this.convert(schema, 'input');
  }

  /** A shape as it is answered: open, because later versions add to it. */
  output(schema: z.ZodType): Json {
    return this.convert(schema, 'output');
  }

  /** The parameters of a query; each is text on the wire and typed here by what it is parsed into. */
  queryParameters(query: z.ZodType): Json[] {
    const { properties } = this.convert(query, 'output') as { properties: Record<string, Json> };
    return Object.entries(properties).map(([name, { description, ...schema }]) => {
      return { name, in: 'query', required: false, description, schema };
    });
  }

  /** Everything that was referred to, by name. */
  components(): Json {
    return Object.fromEntries(this.named);
  }

  private convert(schema: z.ZodType, io: 'input' | 'output'): Json {
    // A named shape at the root would be written in place; one level down it becomes a reference.
    const { properties, $defs = {} } = z.toJSONSchema(z.object({ root: schema }), {
      io,
      unrepresentable: 'any',
      override: ({ jsonSchema }) => {
        if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      },
    }) as unknown as { properties: { root: Json }; $defs?: Record<string, Json> };
    for (const [name, definition] of Object.entries($defs)) this.add(name, definition);
    return referring(properties.root) as Json;
  }

  private add(name: string, { id: _name, ...definition }: Json): void {
    const shape = referring(definition) as Json;
    const known = this.named.get(name);
    if (known && JSON.stringify(known) !== JSON.stringify(shape)) {
      throw new Error(`${name} is sent and answered in two shapes; give each a name of its own.`);
    }
    this.named.set(name, shape);
  }
}

/** The same with references that lead into the document. */
function referring(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(referring);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      if (key === '$ref' && typeof each === 'string') return [key, each.replace('#/$defs/', REFERENCE)];
      return [key, referring(each)];
    }),
  );
}
