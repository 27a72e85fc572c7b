/** A process of its own that scrubs the data directory given to it over and over, and says which step begins. */
import { createPglite, openPglite } from '../../src/infra/pglite.ts';
import { scrub } from '../../src/infra/scrub.ts';

const db = openPglite(await createPglite(process.argv[2] as string));
for (;;) await scrub(db, ({ what }) => void process.send?.(what));
