/** A process of its own that takes the data directory given to it, says so, and keeps it until it is stopped. */
import { lockDataDir } from '../../src/infra/data-dir.ts';

const release = await lockDataDir(process.argv[2] as string, (why) => {
  throw why;
});
process.on('message', async () => {
  await release();
  process.disconnect();
});
process.send?.('held');
