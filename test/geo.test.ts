/** The place of an address, from a file of the operator's own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGeo } from '../src/infra/geo.ts';
import { geoFile } from './support/geo-file.ts';

describe('a geo database', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'visitors-geo-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function open(record: Parameters<typeof geoFile>[1]) {
    const file = join(folder, `${Object.keys(record).join('-')}.mmdb`);
    await writeFile(file, geoFile('81.2.69', record));
    return openGeo(file);
  }

  it('tells city, country and time zone as MaxMind nests them', async () => {
    const geo = await open({
      city: { names: { en: 'London' } },
      country: { iso_code: 'GB' },
      location: { time_zone: 'Europe/London' },
    });
    expect(geo.locate('81.2.69.142')).toEqual({ city: 'London', country: 'GB', timezone: 'Europe/London' });
  });

  it('tells the country of the flat free files', async () => {
    const geo = await open({ country_code: 'GB' });
    expect(geo.locate('81.2.69.0')).toEqual({ country: 'GB' });
    expect(geo.locate('81.2.69.255')).toEqual({ country: 'GB' });
  });

  it('knows nothing of a neighbouring network, another kind of address, or no address', async () => {
    const geo = await open({ country_code: 'GB' });
    for (const ip of ['81.2.68.255', '81.2.70.0', '2001:db8::1', 'not an address', ''])
      expect(geo.locate(ip)).toBeNull();
  });

  it('refuses a file that is no such database', async () => {
    const file = join(folder, 'text.mmdb');
    await writeFile(file, 'hello');
    await expect(openGeo(file)).rejects.toThrow();
    await expect(openGeo(join(folder, 'missing.mmdb'))).rejects.toThrow('ENOENT');
  });
});
