// The browser tests of the release build. `cargo xtask test` runs them; by hand: `npx playwright test` in this folder,
// after `cargo xtask dist`.
//
// CHROME    the Chrome, Edge or Chromium to use; without it Playwright's own
// FIREFOX   a Firefox, which then runs the same specs as a second project
// DIST      another folder with a built site
// XTASK     the program that serves; without it `cargo xtask`
// ALL       with any value, also the tests tagged @long: what differs little from a test that runs always
// SITE_PORT, HOSTS_PORT   other ports, when two runs share a machine
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';
import { HOSTS, HOSTS_PORT, SITE, SITE_PORT, SUB_PATH } from './support/addresses.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const dist = process.env.DIST ?? 'dist';

// What a browser does beside its work (updates, experiments, other protocols) has no place in a test.
const quiet = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];
const asRoot = process.getuid?.() === 0;

const chromium = {
  name: 'chromium',
  use: {
    browserName: 'chromium',
    launchOptions: { executablePath: process.env.CHROME, args: asRoot ? [...quiet, '--no-sandbox'] : quiet },
  },
};

const firefox = {
  name: 'firefox',
  use: { browserName: 'firefox', channel: 'moz-firefox', launchOptions: { executablePath: process.env.FIREFOX } },
};

/** One server for one folder, by the project's own command; the browser tests need no other. */
function server(url, words) {
  const xtask = process.env.XTASK ? `"${process.env.XTASK}"` : 'cargo xtask';
  return { command: `${xtask} host ${words}`, cwd: root, url, reuseExistingServer: false, timeout: 120_000 };
}

export default defineConfig({
  testDir: './specs',
  outputDir: './test-results',
  // Generous: a machine that builds something else beside it may take long to start a browser.
  timeout: 60_000,
  expect: { timeout: 8_000 },
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  grepInvert: process.env.ALL ? undefined : /@long/,
  retries: 0,
  reporter: 'list',
  use: {
    baseURL: SITE,
    trace: 'off',
    screenshot: 'only-on-failure',
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    timezoneId: 'Asia/Seoul',
    colorScheme: 'light',
  },
  projects: process.env.FIREFOX ? [chromium, firefox] : [chromium],
  webServer: [
    server(SITE, `"${dist}" --port ${SITE_PORT} --at / --at ${SUB_PATH}`),
    server(`${HOSTS}/hosts/frame.html`,
      `end2end/hosts --port ${HOSTS_PORT} --at /hosts/ --mount /node_modules/=end2end/node_modules --mount /made/=end2end/made`),
  ],
});
