// Links that were released once open for ever: every line of tests/links.txt, and the share strings of tests/shares.txt.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SITE } from '../support/addresses.mjs';
import { test, expect } from '../support/test.mjs';

const lines = name => readFileSync(path.join(import.meta.dirname, '../../tests', name), 'utf8').split('\n')
  .filter(line => line && !line.startsWith('#'));

/** Opens an address; gives what the page has complained of. Whether it has something to tell the visitor is `notice`. */
async function opened(page, address, notice = null) {
  const complaints = [];
  const hear = message => message.type() === 'info' && complaints.push(message.text());
  page.on('console', hear);
  await page.goto('about:blank');
  await page.goto(SITE + address);
  await expect(page.locator('html[data-ready]'), address).toHaveCount(1);
  if (notice) await expect(page.locator('.notice.shown'), address).toHaveText(notice);
  else await expect(page.locator('.notice.shown'), address).toHaveCount(0);
  page.off('console', hear);
  return complaints;
}

test('a complaint about a bad value would be noticed', async ({ page }) => {
  expect(await opened(page, '/en/?theme=pink&autoplay=0')).toHaveLength(1);
});

// Several addresses in each test: a browser is started for each test.
const ADDRESSES = lines('links.txt');
for (let first = 0; first < ADDRESSES.length; first += 8) {
  test(`addresses from the ${first + 1}th on open as they did`, async ({ page }) => {
    for (const address of ADDRESSES.slice(first, first + 8)) {
      expect(await opened(page, address), address).toEqual([]);
    }
  });
}

/** Those of another engine say so, and run all the same. */
const OTHER_ENGINE = { en: /another version of the simulation/, ko: /다른 버전/ };

test('share strings open as they did, and say when another engine has made them', async ({ page }) => {
  for (const share of lines('shares.txt')) {
    expect(await opened(page, `/en/sandbox/?embed=1#s=${share}`, OTHER_ENGINE.en), share).toEqual([]);
    expect(await opened(page, `/ko/heartbeat/?theme=dark&autoplay=0#s=${share}`, OTHER_ENGINE.ko), share).toEqual([]);
  }
});
