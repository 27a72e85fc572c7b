/** Imports point inward: doors know services, services know the database's interface, nothing knows a door. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../src/infra/package-root.ts';
import { edgesOf, findCycle, placeOf, verdict } from './support/import-rules.ts';
import { sourceFiles } from './support/source-files.ts';

const files = sourceFiles(['src', 'schema', 'sdk'], /\.tsx?$/);
const edges = files.flatMap(edgesOf);

describe('imports', () => {
  it('follow the table', () => {
    expect(edges.length).toBeGreaterThan(files.length / 2);
    expect(edges.map(verdict).filter((reason) => reason !== null)).toEqual([]);
  });

  it('make no cycle', () => {
    expect(findCycle(edges)).toBeNull();
  });

  it('name their file with its ending', () => {
    const broken = edges.filter(({ to }) => !/\.tsx?$/.test(to) || !existsSync(join(packageRoot(), to)));
    expect(broken).toEqual([]);
  });

  it('leave no file outside the table', () => {
    expect(files.map(({ path }) => path).filter((path) => placeOf(path) === null)).toEqual([]);
  });
});

describe('the import rules', () => {
  it.each([
    ['a service that knows a door', 'src/services/visitor.ts', `import { reply } from '../http/reply.ts';`],
    ['a type of a door, too', 'src/services/visitor.ts', `import type { Reply } from '../http/reply.ts';`],
    ['a door behind `export … from`', 'src/contract/visitor.ts', `export * from '../http/reply.ts';`],
    ['a dynamic import', 'src/services/visitor.ts', `const late = await import('../http/reply.ts');`],
    ['an import for its effect', 'src/services/visitor.ts', `import '../http/reply.ts';`],
    ['a database behind its interface', 'src/services/visitor.ts', `import { open } from '../infra/postgres.ts';`],
    ['a service that knows ingestion', 'src/services/visitor.ts', `import type { Entry } from '../ingest/links.ts';`],
    ['a rule of values that knows a service', 'src/normalise/a.ts', `import { find } from '../services/visitor.ts';`],
    ['a leaf that knows a service', 'src/errors.ts', `import {\n  find,\n} from '../src/services/visitor.ts';`],
    [
      'the database client where only its types may be',
      'src/services/a.ts',
      `import { PrismaClient } from '../../prisma/generated/client/client.ts';`,
    ],
    ['inside information of the schema', 'src/http/graphql.ts', `import { builder } from '../../schema/builder.ts';`],
  ])('refuse %s', (_what, path, text) => {
    expect(edgesOf({ path, text }).map(verdict)).toEqual([expect.stringContaining('may not know')]);
  });

  it.each([
    [
      'the interface of the database in a service',
      'src/services/a.ts',
      `import type { Sql } from '../infra/database.ts';`,
    ],
    [
      'the finished schema in the GraphQL route',
      'src/http/graphql.ts',
      `import { schema } from '../../schema/index.ts';`,
    ],
    ['everything where it is put together', 'src/app.ts', `import { open } from './infra/postgres.ts';`],
  ])('allow %s', (_what, path, text) => {
    expect(edgesOf({ path, text }).map(verdict)).toEqual([null]);
  });

  it('do not take comments, strings and packages for imports', () => {
    const text = `/** import { a } from './a.ts'; */\n// import './b.ts'\nimport { z } from 'zod';\nsql\`import './c.ts'\`;`;
    expect(edgesOf({ path: 'src/services/visitor.ts', text })).toEqual([]);
  });

  it('find a cycle at any length', () => {
    const edge = (from: string, to: string) => ({ from, to, typeOnly: false });
    expect(findCycle([edge('a', 'b'), edge('b', 'c'), edge('c', 'b')])).toEqual(['b', 'c', 'b']);
    expect(findCycle([edge('a', 'b'), edge('a', 'c'), edge('b', 'c')])).toBeNull();
  });
});
