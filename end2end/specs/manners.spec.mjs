// A frame is a guest: it takes neither the wheel nor the focus, and leaves the history and the address alone.
import { Host, leader } from '../support/host.mjs';
import { test, expect } from '../support/test.mjs';

const SEED = { seed: 7 };

test('the wheel over the frame scrolls the page around it', async ({ page }) => {
  await Host.ready(page, { params: SEED, host: { above: 1_500 } });
  await page.evaluate(() => scrollTo({ top: 1_400, behavior: 'instant' }));
  const box = await page.locator('iframe').boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const before = await page.evaluate(() => scrollY);
  await page.mouse.wheel(0, 120);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(before);
  await page.mouse.wheel(0, -240);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeLessThan(before);
});

test('it asks for no focus, does not scroll, opens no dialog and adds nothing to the history', async ({ page }) => {
  await page.addInitScript(() => {
    if (window.parent === window) return;
    window.rude = [];
    const watch = (owner, name) => {
      const own = owner[name];
      owner[name] = function (...words) {
        window.rude.push(name);
        return own.apply(this, words);
      };
    };
    for (const owner of [HTMLElement.prototype, SVGElement.prototype]) watch(owner, 'focus');
    for (const name of ['scrollIntoView', 'scroll', 'scrollTo', 'scrollBy']) watch(Element.prototype, name);
    for (const name of ['alert', 'confirm', 'prompt', 'open', 'focus', 'scrollTo', 'scrollBy']) watch(window, name);
    watch(history, 'pushState');
  });
  const host = await Host.ready(page, { params: SEED });
  const length = await page.evaluate(() => history.length);
  const address = new URL(host.frame.url());
  await host.tell('slide:start');
  await expect.poll(async () => (await host.state()).at).toBeGreaterThan(300);
  await host.ask('pause');
  await host.stepUntil(leader);
  await host.act('crash-leader');
  await host.ask('theme', { value: 'dark' });
  await host.ask('load', { lesson: 'heartbeat' });
  await host.seek(4_000);
  expect(await host.frame.evaluate(() => window.rude)).toEqual([]);
  expect(await page.evaluate(() => history.length)).toBe(length);
  const after = new URL(host.frame.url());
  expect(after.pathname + after.search).toBe(address.pathname + address.search);
  expect(await page.evaluate(() => document.activeElement.tagName)).toBe('BODY');
});
