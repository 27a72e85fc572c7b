/**
 * Adds up one run of .ci/run: `node scripts/ci-summary.mjs FOLDER`, where steps.tsv has a line `status, kind, name` for
 * each step and every .json file is a report of vitest's. The last line is the counts; the exit code 1 when anything
 * failed. A test that one run skipped and another ran was not skipped.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const folder = process.argv[2];
const steps = readFileSync(join(folder, 'steps.tsv'), 'utf8').trim().split('\n').map(parseStep);
const tests = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .flatMap((name) => testsOf(JSON.parse(readFileSync(join(folder, name), 'utf8'))));

const checks = steps.filter((step) => step.kind === 'check');
const outcomes = [...checks, ...tests, ...brokenSuites()];
const ran = new Set(outcomes.filter((outcome) => outcome.status !== 'skipped').map((outcome) => outcome.name));
const passed = outcomes.filter((outcome) => outcome.status === 'passed');
const failed = namesOf('failed');
const skipped = namesOf('skipped').filter((name) => !ran.has(name));

print('Skipped', skipped);
print('Failed', failed);
console.log(`\n${passed.length} passed, ${failed.length} failed, ${skipped.length} skipped`);
process.exitCode = failed.length > 0 ? 1 : 0;

function parseStep(line) {
  const [status, kind, name] = line.split('\t');
  return { status, kind, name };
}

function testsOf(report) {
  return report.testResults.flatMap((file) => {
    const path = relative(process.cwd(), file.name);
    if (file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed')) {
      return [{ status: 'failed', name: `${path} (${file.message || 'an import or a hook failed'})` }];
    }
    return file.assertionResults.map((test) => ({
      status: ['passed', 'failed'].includes(test.status) ? test.status : 'skipped',
      name: `${path} › ${[...test.ancestorTitles, test.title].join(' › ')}`,
    }));
  });
}

/** A suite may fail without a failing test: it crashed, hung, or left an error nobody caught. */
function brokenSuites() {
  const explained = tests.some((test) => test.status === 'failed');
  return steps.filter((step) => step.kind === 'suite' && step.status === 'failed' && !explained);
}

function namesOf(status) {
  return [...new Set(outcomes.filter((outcome) => outcome.status === status).map((outcome) => outcome.name))];
}

function print(title, names) {
  if (names.length > 0) console.log(`\n${title}:\n${names.map((name) => `  ${name}`).join('\n')}`);
}
