/** The environment becomes a value, or one message with everything that is wrong. */
import { describe, expect, it } from 'vitest';
import { ConfigError, ownOrigins, parseConfig } from '../src/config.ts';

describe('configuration', () => {
  it('has a default for everything', () => {
    const config = parseConfig({});
    expect(config).toMatchObject({ port: 4000, host: '127.0.0.1', trustProxy: false, logLevel: 'info' });
    expect(config.storage).toMatchObject({ kind: 'pglite' });
  });

  it('takes an empty variable for an absent one', () => {
    expect(parseConfig({ PORT: '', DATABASE_URL: ' ', BOOTSTRAP_SECRET_KEY: '' })).toEqual(parseConfig({}));
  });

  it('tells every problem at once, by name and without values', () => {
    const environment = {
      PORT: '65536',
      DATABASE_URL: 'mysql://user:hunter2@host/db',
      TRUST_PROXY: '10.0.0.0/33',
      LOG_LEVEL: 'loud',
      BOOTSTRAP_SECRET_KEY: 'pk_wrong_way_round',
    };
    const problems = problemsOf(environment);
    expect(problems.map((line) => line.split(' ')[0])).toEqual(Object.keys(environment));
    expect(problems.join()).not.toContain('hunter2');
    expect(problems.join()).not.toContain('wrong_way_round');
  });

  it.each([
    ['65535', true],
    ['65536', false],
    ['0', true],
    ['-1', false],
    ['4000x', false],
  ])('port %s is valid: %s', (PORT, valid) => {
    expect(problemsOf({ PORT })).toHaveLength(valid ? 0 : 1);
  });

  it.each([
    ['1', 1],
    ['0', false],
    ['10.0.0.0/8, 127.0.0.1', ['10.0.0.0/8', '127.0.0.1']],
    ['loopback', ['loopback']],
  ])('trusts the proxies of %s', (TRUST_PROXY, trusted) => {
    expect(parseConfig({ TRUST_PROXY }).trustProxy).toEqual(trusted);
  });

  it('refuses a bootstrap key short enough to guess', () => {
    expect(problemsOf({ BOOTSTRAP_SECRET_KEY: 'sk_12345678' })).toHaveLength(1);
    expect(problemsOf({ BOOTSTRAP_SECRET_KEY: 'sk_123456789' })).toHaveLength(0);
  });

  it('is PostgreSQL when DATABASE_URL says so', () => {
    expect(parseConfig({ DATABASE_URL: 'postgres://db/one' }).storage).toEqual({
      kind: 'postgres',
      url: 'postgres://db/one',
    });
  });

  it('has the public address as its only own origin when there is one', () => {
    expect([...ownOrigins(parseConfig({ PUBLIC_URL: 'https://support.example.com/base/' }))]).toEqual([
      'https://support.example.com',
    ]);
    expect(ownOrigins(parseConfig({ PORT: '4100' })).has('http://localhost:4100')).toBe(true);
  });
});

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    parseConfig(environment);
    return [];
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.problems;
    throw thrown;
  }
}
