// A real slide deck: reveal.js from npm, with the playground on its slides.
import { HOSTS, site } from '../support/addresses.mjs';
import { clickInside } from '../support/host.mjs';
import { test, expect } from '../support/test.mjs';

const LAZY = 'The cluster';
const KEPT = 'The cluster, kept';
const STEPS = 'Step by step';

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

test('a deck that jumps to a slide whose frame is not loaded yet starts it all the same', async ({ page }) => {
  await open(page);
  await slide(page, 4);
  await saidReady(page, KEPT);
  await expect.poll(async () => (await state(page, KEPT)).at).toBeGreaterThan(300);
});

test('fragments bring the frame of their slide to their moments, and back', async ({ page }) => {
  await open(page);
  await slide(page, 6);
  await saidReady(page, STEPS);
  const at = () => state(page, STEPS).then(({ at, playing }) => ({ at, playing }));
  await expect.poll(at).toEqual({ at: 0, playing: false });
  for (const [move, moment] of [['next', 3_000], ['next', 6_654], ['prev', 3_000], ['prev', 0], ['next', 3_000]]) {
    await page.evaluate(move => Reveal[move](), move);
    await expect.poll(at).toEqual({ at: moment, playing: false });
  }
  const { servers } = await state(page, STEPS);
  expect(servers.find(({ role }) => role === 'leader').id).toBe('A');
});

test('beside a speaker view only the frame that the audience sees runs', async ({ page, context }) => {
  const url = new URL('/hosts/deck.html', HOSTS);
  url.searchParams.set('src', site('/', 'en/', { embed: 1, seed: 7, host: 'slides' }));
  await page.goto(url.href);
  await page.waitForFunction(() => window.Reveal?.isReady());
  const opening = context.waitForEvent('page');
  await page.keyboard.press('s');
  const speaker = await opening;
  /** The decks in the speaker's window: this slide and the next one. */
  const decks = () => speaker.frames().filter(frame => frame !== speaker.mainFrame() && /deck\.html/.test(frame.url()));
  await expect.poll(() => decks().length).toBe(2);
  for (const deck of decks()) await deck.waitForFunction(() => window.Reveal?.isReady());

  await decks()[0].evaluate(() => Reveal.slide(3)); // the speaker turns the slide, and the audience's follows
  await expect.poll(() => page.evaluate(() => Reveal.getIndices().h)).toBe(3);
  await saidReady(page, KEPT);
  await expect.poll(async () => (await state(page, KEPT)).at).toBeGreaterThan(300);

  /** What the frames in the speaker's window do: reveal.js loads some of them there, and tells none to start. */
  const beside = () => Promise.all(decks().map(deck => deck.evaluate(() => {
    const loaded = [...document.querySelectorAll('iframe')].filter(({ src }) => src);
    const ready = loaded.filter(({ title }) => lecture.heard.some(({ from, ev }) => from === title && ev === 'ready'));
    return Promise.all(ready.map(({ title }) => lecture.ask(title).then(({ at, playing }) => ({ at, playing }))));
  }))).then(found => found.flat());
  await expect.poll(async () => (await beside()).length).toBeGreaterThan(0);
  for (const found of await beside()) expect(found).toEqual({ at: 0, playing: false });
  expect((await state(page, KEPT)).playing).toBe(true);
});
