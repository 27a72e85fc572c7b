/**
 * Makes the files that browsers are served, in dist/: the widget as one small script, and the demo page around it.
 * Run as a program by the bootstrap; tests call it before they serve any of it.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { minify } from 'terser';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
/** What every browser since 2020 runs. */
const TARGET = 'es2020';
/** What the widget's parts call each other by, and neither a browser nor a server knows: shortened, like variables. */
const INTERNAL =
  /^(active|beat|begin|bytes|chance|claim|clock|delivery|discard|disown|forget|handOver|isLoad|isNameless|isNew|isOnline|isOther|isWell|later|leave|lock|notice|onRejected|pass|queue|record|retryAfterMs|settle|store|takeLost|touch|transport|waiting|wake)$/;
const COMMON = { bundle: true, minify: true, write: false, absWorkingDir: ROOT, logLevel: 'warning' };

/** Writes what has changed; whoever reads a file meanwhile sees the old one or the new one. */
export async function makeBrowserFiles() {
  const built = await Promise.all([widget(), livePart(), demo()]);
  for (const { path, contents } of built.flat()) {
    if (isThere(path, contents)) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.${process.pid}`, contents);
    renameSync(`${path}.${process.pid}`, path);
  }
}

async function widget() {
  const { outputFiles } = await build({
    ...COMMON,
    entryPoints: ['sdk/widget/index.ts'],
    outfile: 'dist/widget.js',
    format: 'iife',
    target: TARGET,
    mangleProps: INTERNAL,
    sourcemap: 'external',
  });
  return shrink(outputFiles);
}

/** What the widget loads when a conversation is first asked for. */
async function livePart() {
  const { outputFiles } = await build({
    ...COMMON,
    entryPoints: ['sdk/widget/live.ts'],
    outfile: 'dist/widget-live.js',
    format: 'esm',
    target: TARGET,
    sourcemap: 'external',
  });
  return shrink(outputFiles);
}

/** What esbuild leaves, by one more hand: 4 % less on its way to every visitor. */
async function shrink(files) {
  const [map, script] = ['.js.map', '.js'].map((end) => files.find(({ path }) => path.endsWith(end)));
  const { code, map: shrunkMap } = await minify(script.text, {
    ecma: 2020,
    compress: { passes: 3 },
    mangle: true,
    module: true,
    sourceMap: { content: map.text },
  });
  return [
    { path: map.path, contents: Buffer.from(shrunkMap) },
    { path: script.path, contents: Buffer.from(code) },
  ];
}

async function demo() {
  const { outputFiles } = await build({
    ...COMMON,
    entryPoints: ['src/demo/demo.ts', 'src/demo/demo.css', 'src/demo/index.html'],
    outdir: 'dist/demo',
    format: 'iife',
    target: TARGET,
    loader: { '.html': 'copy' },
  });
  return outputFiles;
}

function isThere(path, contents) {
  try {
    return readFileSync(path).equals(contents);
  } catch (thrown) {
    if (thrown.code === 'ENOENT') return false;
    throw thrown;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await makeBrowserFiles();
