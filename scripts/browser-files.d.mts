/** Types of browser-files.mjs, which has to run before anything is compiled. */

/** Makes the files that browsers are served, in dist/. */
export function makeBrowserFiles(): Promise<void>;
