// The site as one file, opened from the disk: no server, no network.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { LANGUAGES } from '../support/addresses.mjs';
import { Playground } from '../support/page.mjs';
import { test, expect } from '../support/test.mjs';

const dist = path.resolve(import.meta.dirname, '../..', process.env.DIST ?? 'dist');
const FILE = pathToFileURL(path.join(dist, 'playground.html')).href;

// The file itself is the only thing that is asked for.
test.beforeEach(({ watch }) => watch.allow(/^request to somebody else: file:\S*\/playground\.html/));

for (const lang of LANGUAGES) {
  test(`one file runs from the disk, in ${lang}`, async ({ page }) => {
    const asked = [];
    page.on('request', request => { if (!/^(file|blob|data):/.test(request.url())) asked.push(request.url()); });
    await page.goto(`${FILE}?page=${lang}/sandbox/&seed=7&autoplay=0&speed=10`);
    const play = new Playground(page, lang);
    await play.ready();
    expect(await page.locator('html').getAttribute('lang')).toBe(lang);
    await play.runUntil(play.names.leads);
    await play.button('crashLeader').click();
    await expect(play.server('[A-E]', 'down')).toHaveCount(1);
    expect(asked, 'it needs nobody').toEqual([]);
  });
}

test('its links lead to its other pages, and lessons are there', async ({ page }) => {
  await page.goto(FILE);
  await expect(page.locator('html[data-ready]')).toHaveCount(1);
  await page.locator('.patterns').getByRole('link', { name: 'HeartBeat' }).click();
  await expect(page).toHaveURL(/page=en\/heartbeat\//);
  await expect(page.locator('html[data-ready]')).toHaveCount(1);
  await expect(page).toHaveTitle(/HeartBeat/);
  await page.getByRole('link', { name: '한국어' }).click();
  await expect(page).toHaveURL(/page=ko\/heartbeat\//);
  await expect(page.locator('html[data-ready]')).toHaveCount(1);
});

test('a page of the unpacked site, opened from the disk, leads to itself in the one file', async ({ page, watch }) => {
  // What the page had begun to load before it left.
  watch.allow(/^console: (Access to|Failed to load resource)/, /^request to somebody else: file:/);
  const address = name => pathToFileURL(path.join(dist, name)).href;
  await page.goto(`${address('ko/heartbeat/index.html')}?seed=7&theme=dark`);
  await expect(page).toHaveURL(`${FILE}?seed=7&theme=dark&page=ko%2Fheartbeat%2F`);
  await expect(page.locator('html[data-ready]')).toHaveCount(1);
  expect(await page.locator('html').evaluate(html => [html.lang, html.dataset.lesson, html.dataset.theme])).toEqual(['ko', 'heartbeat', 'dark']);
  await page.goto(address('index.html'));
  await expect(page.locator('html[data-ready]')).toHaveCount(1);
});
