/** The programs in the docs make proofs that are taken, and its commands ask for them. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/infra/package-root.ts';
import { openServer, type TestServer } from '../support/http.ts';
import { itemsAbout, openShop } from './shop.ts';

const run = promisify(execFile);
const page = await readFile(join(packageRoot(), 'docs/identity-verification.md'), 'utf8');
const USER = 'Žofia 用户';

/** What each language needs to print both proofs as JSON. */
const LANGUAGES = {
  js: {
    file: 'proof.mjs',
    command: process.execPath,
    print: 'console.log(JSON.stringify([userHash(process.argv[2]), identityToken(process.argv[2])]));',
  },
  python: {
    file: 'proof.py',
    command: 'python3',
    print: 'import sys\nprint(json.dumps([user_hash(sys.argv[1]), identity_token(sys.argv[1])]))',
  },
} as const;

let server: TestServer;
let folder: string;

beforeAll(async () => {
  server = await openServer();
  server.world.clock.set(new Date()); // the programs know no other clock
  folder = await mkdtemp(join(tmpdir(), 'snippets-'));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const missing: readonly string[] = await run('python3', ['--version']).then(
  () => [],
  () => ['python'],
);

describe('the commands in the docs', () => {
  it('first warn, and then enforce', async () => {
    const shop = await openShop(server, 'off');
    const origin = await server.app.listen({ port: 0, host: '127.0.0.1' });
    const env = { ...process.env, SUPPORT: `${origin}/api/support`, SECRET_KEY: shop.secretKey };
    const blocks = [...page.matchAll(/```sh run\n([\s\S]*?)```/g)].map(([, block = '']) => block);
    const verdicts: string[][] = [];
    for (const block of blocks) {
      await run('sh', ['-ec', block], { env });
      const [item] = await shop.send([{ type: 'track', userId: 'user-123', name: 'bought' }]);
      verdicts.push([item?.status ?? '', item?.code ?? item?.warnings?.[0]?.code ?? '']);
    }
    expect(verdicts).toEqual([
      ['accepted', 'identity_unproven'],
      ['rejected', 'identity_unproven'],
    ]);
  });
});

describe('the program in the docs', () => {
  for (const [language, { file, command, print }] of Object.entries(LANGUAGES)) {
    it.skipIf(missing.includes(language))(`makes proofs that are taken (${language})`, async () => {
      const shop = await openShop(server);
      const [, code = ''] = new RegExp(`\`\`\`${language} run\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
      await writeFile(join(folder, file), `${code}\n${print}\n`);
      const env = { ...process.env, IDENTITY_SECRET: shop.secret, PYTHONUTF8: '1' };
      const { stdout } = await run(command, [join(folder, file), USER], { env });
      const [userHash, token] = JSON.parse(stdout);
      for (const proof of [{ userHash }, { token }]) {
        const results = await shop.send(itemsAbout(USER, proof));
        expect(results.map(({ status }) => status)).toEqual(Array(7).fill('accepted'));
      }
    });
  }
});
