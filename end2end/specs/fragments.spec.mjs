// Fragments come from strangers: whatever stands behind the #, the page answers.
import { site } from '../support/addresses.mjs';
import { Playground } from '../support/page.mjs';
import { test, expect } from '../support/test.mjs';

test('five hundred hostile fragments do no harm', async ({ page }) => {
  const play = await Playground.open(page, { path: 'sandbox/', params: { seed: 7, autoplay: 0 } });
  await page.evaluate(async () => {
    let seed = 4711;
    const next = below => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const noise = length => Array.from({ length }, () => letters[next(64)]).join('');
    const markup = '<img src=x onerror=alert(1)>';
    const hostile = [() => `s=v1${noise(next(400))}`, () => `s=v${next(10)}${noise(20)}`, () => 's=', () => `s=${markup}`,
      () => `s=v1${'A'.repeat(5000)}`, () => `s=v1%00%ff${noise(8)}`, () => `${markup}`, () => `s=v1BQA${noise(next(60))}`, () => '__proto__', () => `s=v1${'_'.repeat(next(50))}`];
    for (let nth = 0; nth < 500; nth++) {
      location.hash = hostile[next(hostile.length)]();
      await new Promise(resolve => setTimeout(resolve));
    }
    location.hash = '';
  });
  await play.step();
  await expect(play.server()).toHaveCount(5);
  expect(await page.evaluate(() => document.querySelectorAll('img').length)).toBe(0);
});

test('what cannot be read says so, and a fresh run is there', async ({ page }) => {
  await page.goto(`${site('/', 'en/sandbox/', { seed: 7, autoplay: 0 })}#s=v1BROKEN`);
  const play = new Playground(page, 'en');
  await play.ready();
  await expect(page.getByText(/missing or changed|begins with v1|does not know/)).toBeVisible();
  expect(await play.at()).toBe(0);
});
