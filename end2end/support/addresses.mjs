// Where the site and the pages that embed it are found. Two ports are two origins, yet one site, so that every browser lets
// a test look into the frame.
export const SITE_PORT = Number(process.env.SITE_PORT ?? 41730);
export const HOSTS_PORT = Number(process.env.HOSTS_PORT ?? 41731);
export const SITE = `http://127.0.0.1:${SITE_PORT}`;
export const HOSTS = `http://127.0.0.1:${HOSTS_PORT}`;

/** The folder below which the same site is served a second time. */
export const SUB_PATH = '/some/sub/path/';

/** Where the site must work. */
export const BASES = ['/', SUB_PATH];

/** The languages that every page exists in. */
export const LANGUAGES = ['ko', 'en'];

/** An address of the site: `site('/', 'en/', {seed: 1})`. A parameter whose value is undefined is left out. */
export function site(base, path, params = {}) {
  const url = new URL(base + path, SITE);
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url.href;
}
