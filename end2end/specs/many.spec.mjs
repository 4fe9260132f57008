// A long page with ten frames stays usable: only what can be seen works.
import { HOSTS, site } from '../support/addresses.mjs';
import { test, expect } from '../support/test.mjs';

test('of ten frames on a page only those that can be seen go on', async ({ page }) => {
  const url = new URL('/hosts/many.html', HOSTS);
  url.searchParams.set('src', site('/', 'en/sandbox/', { embed: 1, autoplay: 1, speed: 10 }));
  await page.goto(url.href);
  await expect.poll(() => page.evaluate(() => many.ready.size), { timeout: 30_000 }).toBe(10);
  const moments = () => page.evaluate(async () => (await many.all()).map(({ at }) => at));
  await expect.poll(async () => (await moments())[0]).toBeGreaterThan(500);
  const first = await moments();
  expect(first.slice(2), 'what is below has not begun').toEqual(Array(8).fill(0));

  await page.evaluate(() => many.frames[7].scrollIntoView());
  await expect.poll(async () => (await moments())[7]).toBeGreaterThan(500);
  const scrolled = await moments();
  await page.waitForTimeout(500); // real time passes
  const later = await moments();
  expect(later[0], 'the first one stands still').toBe(scrolled[0]);
  expect(later.slice(2, 6)).toEqual([0, 0, 0, 0]);
  expect(later[7]).toBeGreaterThan(scrolled[7]);
});
