/** `npm start`: the server, configured by the environment. */
import { ConfigError, parseConfig } from './config.ts';
import { errorText } from './errors.ts';
import { serve } from './serve.ts';

try {
  await serve(parseConfig(process.env), (text) => process.stdout.write(`${text}\n`));
} catch (thrown) {
  const hint = thrown instanceof ConfigError ? '' : 'The server could not start: ';
  process.stderr.write(`${hint}${errorText(thrown)}\n`);
  process.exit(1);
}
