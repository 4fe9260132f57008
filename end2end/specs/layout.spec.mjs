// The page fits: no sideways scrolling at any width, frames of every usual size show what matters, and letters do nothing while
// the focus is elsewhere.
import { LANGUAGES, site } from '../support/addresses.mjs';
import { Host } from '../support/host.mjs';
import { Playground } from '../support/page.mjs';
import { test, expect } from '../support/test.mjs';

const WIDTHS = [320, 390, 768, 1280, 1920];
const PAGES = ['', 'sandbox/', 'heartbeat/'];
const FRAMES = [[320, 240], [480, 270], [800, 450], [960, 540], [1280, 720]];

/** How far the document is wider and higher than what is seen of it. */
function overflow(frame) {
  return frame.evaluate(() => {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
    return { x: scrollWidth - clientWidth, y: scrollHeight - clientHeight };
  });
}

for (const lang of LANGUAGES) {
  for (const path of PAGES) {
    test(`no sideways scrolling on ${lang}/${path}`, async ({ page }) => {
      await Playground.open(page, { lang, path, params: { seed: 7, autoplay: 0 } });
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 });
        expect((await overflow(page.mainFrame())).x, `at ${width} pixels`).toBeLessThanOrEqual(0);
      }
    });
  }

  for (const [width, height] of FRAMES) {
    test(`a frame of ${width} by ${height} shows what matters, in ${lang}`, async ({ page }) => {
      await page.setViewportSize({ width: Math.max(width, 400), height: height + 200 });
      const host = await Host.ready(page, { path: `${lang}/`, params: { seed: 7 }, host: { width, height } });
      const play = new Playground(host.inside, lang);
      const over = await overflow(host.frame);
      expect(over.x).toBeLessThanOrEqual(0);
      if (width >= 480) expect(over.y, 'no inner scrollbar').toBeLessThanOrEqual(0);
      for (const key of ['crashLeader', 'retry', 'play']) await expect(play.button(key)).toBeInViewport({ ratio: 0.9 });
      await expect(play.server('A')).toBeInViewport();
      const targets = await Promise.all(['crashLeader', 'retry', 'buy'].map(key => play.button(key).boundingBox()));
      const least = width >= 480 ? 44 : 24;
      for (const box of targets) expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(least);
    });
  }
}

const LESSONS = ['single-server', 'stateless-web-servers', 'write-ahead-log', 'leader-and-followers', 'heartbeat', 'generation-clock',
  'majority-quorum', 'high-water-mark', 'update-queue', 'idempotent-receiver'];

for (const lesson of LESSONS) {
  test(`a frame with ${lesson} needs no scrolling, of whatever size`, async ({ page }) => {
    await Playground.open(page, { path: `${lesson}/`, params: { embed: 1, autoplay: 0 } });
    for (const [width, height] of [[640, 360], ...FRAMES.slice(1)]) {
      await page.setViewportSize({ width, height });
      await expect.poll(() => overflow(page.mainFrame()), `${width} by ${height}`).toEqual({ x: 0, y: 0 });
    }
  });
}

test('letters do nothing while the focus is on the page, and work on the stage', async ({ page }) => {
  const play = await Playground.open(page, { params: { seed: 7, autoplay: 0 } });
  await play.stepUntil(play.names.leads);
  const before = { lines: await play.lines(), at: await play.at() };
  await page.evaluate(() => document.activeElement.blur());
  for (const key of ['c', 'r', 'b', '+', '1', 'Space', 'ArrowRight', 'End']) await page.keyboard.press(key);
  expect({ lines: await play.lines(), at: await play.at() }).toEqual(before);
  await play.leader.focus();
  await page.keyboard.press('c');
  await expect(play.leader).toHaveCount(0);
  await expect(play.server('[A-I]', 'down')).toHaveCount(1);
});

test('the root shows the visitor\'s language without a redirect', async ({ browser }) => {
  for (const [locale, lang] of [['ko-KR', 'ko'], ['en-GB', 'en'], ['fr-FR', 'en']]) {
    const context = await browser.newContext({ locale });
    const page = await context.newPage();
    await page.goto(site('/', ''));
    await expect(page.locator('html[data-ready]')).toHaveCount(1);
    await expect(page.locator('html')).toHaveAttribute('lang', lang);
    expect(new URL(page.url()).pathname).toBe('/');
    await expect(new Playground(page, lang).button('crashLeader')).toBeVisible();
    await context.close();
  }
});

/** Adds up in `window.shifts` how much of what stands on the page is moved by something else, and whether the stage is. */
function countShifts(page) {
  return page.addInitScript(() => {
    Object.assign(window, { shifts: 0, stageMoved: 0 });
    // A centred text that says something else counts as moved; what is asked here is whether anything with a place of its own moves.
    const moved = ({ sources }) => sources.some(({ node }) => node && node.nodeType !== Node.TEXT_NODE);
    new PerformanceObserver(list => {
      for (const entry of list.getEntries().filter(moved)) {
        window.shifts += entry.value;
        for (const { node, previousRect, currentRect } of entry.sources) {
          if (node?.id === 'stage') window.stageMoved += Math.abs(currentRect.top - previousRect.top);
        }
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

for (const [path, width, height] of [['', 1280, 800], ['single-server/', 1280, 800], ['single-server/', 820, 1180], ['heartbeat/', 820, 1180], ['heartbeat/', 1280, 800]]) {
  test(`the stage stays in its place when the programs come to ${path || 'home'}, at ${width} by ${height}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await countShifts(page);
    await Playground.open(page, { path, params: { seed: 7, autoplay: 0 } });
    await expect(page.locator('#panels section').first()).toBeAttached();
    expect(await page.evaluate(() => window.stageMoved)).toBeLessThan(24); // less than a line of text
  });
}

test('nothing moves sideways or down while it plays', async ({ page }) => {
  await countShifts(page);
  const play = await Playground.open(page, { params: { seed: 7, autoplay: 1, speed: 10 } });
  await expect(play.leader).toHaveCount(1, { timeout: 15_000 });
  await play.button('buy').focus();
  await page.keyboard.press('Enter');
  await page.waitForTimeout(3_000); // thirty simulated seconds
  expect(await page.evaluate(() => window.shifts)).toBeLessThanOrEqual(0.01);
});
