/** Places in words. */

const COUNTRIES = new Intl.DisplayNames('en', { type: 'region' });

/** `US` → `United States`; what is no country is shown as it came. */
export function countryName(code: string): string {
  try {
    return COUNTRIES.of(code) ?? code;
  } catch {
    return code; // browsers throw on codes that cannot be one
  }
}
