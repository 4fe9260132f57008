// The thin script for other people's pages, and what frames can do for hosts beyond playing.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { HOSTS, site } from '../support/addresses.mjs';
import { Host } from '../support/host.mjs';
import { test, expect } from '../support/test.mjs';

const SEED = { seed: 7 };
const script = path.join(import.meta.dirname, '../../www/embed.js');

test('the script is thin', async () => {
  expect(gzipSync(await readFile(script), { level: 9 }).length).toBeLessThanOrEqual(3 * 1024);
});

test('the element makes the very frame that one would write by hand, and passes messages both ways', async ({ page }) => {
  const url = new URL('/hosts/element.html', HOSTS);
  url.searchParams.set('site', site('/', ''));
  await page.goto(url.href);
  const element = page.locator('consensus-playground');
  const byHand = new URL(site('/', 'ko/heartbeat/', { embed: 1, theme: 'dark', seed: 9, id: 'one' }));
  byHand.searchParams.append('rule', 'votes:many');
  byHand.searchParams.append('rule', 'pre-vote:off');
  const asSet = href => [...new URL(href).searchParams].map(String).sort();
  await expect(element.locator('iframe')).toHaveAttribute('src', /./);
  const made = await element.locator('iframe').getAttribute('src');
  expect(asSet(made)).toEqual(asSet(byHand.href));
  expect(new URL(made).pathname).toBe(byHand.pathname);
  await expect.poll(() => page.evaluate(() => window.heard.some(({ ev }) => ev === 'ready'))).toBe(true);
  await element.evaluate(playground => playground.send('seek', { at: 1_500 }));
  await expect.poll(() => page.evaluate(() => window.heard.find(({ ev }) => ev === 'state')))
    .toMatchObject({ at: 1_500, lang: 'ko', lesson: 'heartbeat', wrong: ['votes:many', 'pre-vote:off'] });
});

test('a host swaps the lesson or the run in place', async ({ page }) => {
  const host = await Host.ready(page, { params: SEED });
  const address = host.frame.url();
  expect(await host.ask('load', { lesson: 'majority-quorum' })).toMatchObject({ lesson: 'majority-quorum', at: 0, playing: false });
  const bad = await host.ask('load', { share: 'v1nonsense' });
  expect(bad).toMatchObject({ ev: 'error', code: 'bad-message' });
  expect((await host.state()).lesson, 'what cannot be read changes nothing').toBe('majority-quorum');
  expect(await host.ask('load', { lesson: 'heartbeat' })).toMatchObject({ lesson: 'heartbeat' });
  expect(host.frame.url()).toBe(address);
});

test('a frame with an id comes back to where it was, one without begins anew', async ({ page }) => {
  for (const [id, back] of [['slide-3', true], [undefined, false]]) {
    const host = await Host.ready(page, { params: { ...SEED, id } });
    await host.seek(3_000);
    await host.act('crash', { server: 'B' });
    await host.ask('speed', { value: 4 });
    const kept = () => host.frame.evaluate(() => sessionStorage.getItem(sessionStorage.key(0)) ?? '');
    const at3000 = await kept();
    const before = await host.seek(4_200);
    // What stands still for a moment is kept; until then there may be what stood before.
    const isKept = text => text !== at3000 && text.includes('"speed":4');
    if (back) await expect.poll(async () => isKept(await kept())).toBe(true);
    await page.evaluate(() => new Promise(resolve => {
      const { frame } = window.host;
      const { src } = frame;
      frame.addEventListener('load', () => { frame.addEventListener('load', resolve, { once: true }); frame.src = src; }, { once: true });
      window.host.heard.length = 0;
      frame.src = 'about:blank';
    }));
    await expect.poll(() => page.evaluate(() => window.host.heard.some(message => message?.ev === 'ready'))).toBe(true);
    const after = await host.state();
    const found = { at: after.at, hash: after.hash, speed: after.speed };
    expect(found).toEqual(back ? { at: 4_200, hash: before.hash, speed: 4 } : { at: 0, hash: after.hash, speed: 1 });
    const stored = await host.frame.evaluate(() => ({ session: sessionStorage.length, local: localStorage.length }));
    expect(stored, 'nothing is kept unless the host asks').toEqual({ session: back ? 1 : 0, local: 0 });
    if (back) await host.frame.evaluate(() => sessionStorage.clear());
  }
});

test('with ctl=1 there is a picture and a button, few bytes, and after a click it plays', async ({ page, browserName }) => {
  test.skip(browserName === 'firefox', 'what was transferred is counted in Chromium');
  const [asked, sizes] = [[], []];
  page.on('request', request => asked.push(request.url()));
  page.on('response', response => sizes.push(response.body().then(body => gzipSync(body).length)));
  await page.goto(site('/', 'en/heartbeat/', { embed: 1, ctl: 1, seed: 7 }));
  await expect(page.locator('#stage').getByRole('img')).toBeVisible();
  await page.waitForTimeout(500);
  expect(asked.filter(url => /wasm|worker|page-/.test(url)), 'no program yet').toEqual([]);
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  expect(bytes, 'compressed, as servers send it').toBeLessThan(60_000);
  await page.getByRole('button', { name: 'Play' }).click();
  await expect(page.locator('html[data-ready]')).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
});
