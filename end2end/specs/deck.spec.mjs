// A real slide deck: reveal.js from npm, with the playground on its slides.
import { HOSTS, site } from '../support/addresses.mjs';
import { clickInside } from '../support/host.mjs';
import { test, expect } from '../support/test.mjs';

const LAZY = 'The cluster';
const KEPT = 'The cluster, kept';

async function open(page) {
  const url = new URL('/hosts/deck.html', HOSTS);
  url.searchParams.set('src', site('/', 'en/', { embed: 1, seed: 7 }));
  await page.goto(url.href);
  await page.waitForFunction(() => window.Reveal?.isReady());
}

const slide = (page, number) => page.evaluate(number => Reveal.slide(number - 1), number);
const state = (page, title) => page.evaluate(title => lecture.ask(title), title);
const saidReady = (page, title) => page.waitForFunction(title =>
  lecture.heard.some(({ from, ev }) => from === title && ev === 'ready'), title);

test('it starts when its slide comes and is gone when the slide is left', async ({ page }) => {
  await open(page);
  expect(page.workers()).toHaveLength(0);
  await slide(page, 2);
  await saidReady(page, LAZY);
  await expect.poll(async () => (await state(page, LAZY)).at).toBeGreaterThan(300);
  await expect(page.frameLocator(`iframe[title="${LAZY}"]`).getByRole('button', { name: 'Crash leader' })).toBeVisible();
  await slide(page, 1);
  await expect.poll(() => page.workers().length).toBe(0);
});

test('a frame that the deck keeps stands still while another slide is shown', async ({ page }) => {
  await open(page);
  await slide(page, 3);
  await saidReady(page, KEPT);
  expect(await state(page, KEPT)).toMatchObject({ playing: false, at: 0 });
  await slide(page, 4);
  await expect.poll(async () => (await state(page, KEPT)).at).toBeGreaterThan(300);
  await slide(page, 5);
  await expect.poll(async () => (await state(page, KEPT)).playing).toBe(false);
  const left = (await state(page, KEPT)).at;
  await page.waitForTimeout(800); // real time passes, simulated time does not
  expect((await state(page, KEPT)).at).toBe(left);
  const back = Date.now();
  await slide(page, 4);
  await expect.poll(async () => (await state(page, KEPT)).at).toBeGreaterThan(left);
  const at = (await state(page, KEPT)).at;
  expect(at - left, 'no fast-forward over the time on another slide').toBeLessThanOrEqual(Date.now() - back);
});

test('after a click into the playground the arrow keys still turn the slides', async ({ page }) => {
  await open(page);
  await slide(page, 2);
  await saidReady(page, LAZY);
  await clickInside(page, LAZY, page.frameLocator(`iframe[title="${LAZY}"]`).getByRole('button', { name: 'Pause' }));
  await expect.poll(async () => (await state(page, LAZY)).playing).toBe(false);
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => page.evaluate(() => Reveal.getIndices().h)).toBe(2);
});

test('who came in by keyboard keeps it, and Escape gives it back', async ({ page }) => {
  await open(page);
  await slide(page, 2);
  await saidReady(page, LAZY);
  const pause = page.frameLocator(`iframe[title="${LAZY}"]`).getByRole('button', { name: 'Pause' });
  await pause.focus();
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await state(page, LAZY)).playing).toBe(false);
  await page.keyboard.press('ArrowRight');
  expect(await page.evaluate(() => Reveal.getIndices().h)).toBe(1);
  await page.keyboard.press('Escape');
  await expect.poll(() => page.evaluate(() => document.activeElement.tagName)).not.toBe('IFRAME');
});

test('the clicker turns the slides from inside the playground', async ({ page }) => {
  await open(page);
  await slide(page, 2);
  await saidReady(page, LAZY);
  await page.frameLocator(`iframe[title="${LAZY}"]`).getByRole('button', { name: 'Step forward' }).focus();
  await page.keyboard.press('PageDown');
  await expect.poll(() => page.evaluate(() => Reveal.getIndices().h)).toBe(2);
});
