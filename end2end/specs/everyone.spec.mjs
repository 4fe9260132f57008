// Everybody can use it: magnified four times, with text spread out, in forced colours, with longer words, by finger, and from the last
// row of a hall.
import { Playground } from '../support/page.mjs';
import { test, expect } from '../support/test.mjs';

const PARAMS = { seed: 7, autoplay: 0 };
const PAGES = ['', 'sandbox/', 'heartbeat/'];

/** Buttons, choices and table heads whose text does not fit into them, or lies over another one's. */
function cramped() {
  const shown = element => {
    const { width, height } = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return width > 0 && height > 0 && style.visibility === 'visible' && !element.closest('.unseen, [hidden]');
  };
  const called = element => (element.getAttribute('aria-label') ?? element.textContent).trim().slice(0, 40);
  const targets = [...document.querySelectorAll('button, select, summary, .why, h1, h2, caption')].filter(shown);
  // Browsers shorten the text of a choice themselves; a heading without a box may be higher than its line.
  const cut = targets.filter(element => element.tagName !== 'SELECT'
    && (element.scrollWidth > element.clientWidth + 1
      || (element.tagName === 'BUTTON' && element.scrollHeight > element.clientHeight + 1))
    && element.clientWidth > 0 && getComputedStyle(element).display !== 'inline')
    .map(element => `cut off: ${called(element)}`);
  const buttons = targets.filter(element => element.matches('button, select') && !element.closest('table, .popup'));
  const overlaps = [];
  for (const [nth, one] of buttons.entries()) {
    for (const other of buttons.slice(nth + 1)) {
      const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
      const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (width > 1 && height > 1) overlaps.push(`${called(one)} lies over ${called(other)}`);
    }
  }
  return [...cut, ...overlaps];
}

const sideways = page => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

for (const path of PAGES) {
  test(`magnified four times nothing is out of reach on /${path}`, async ({ page }) => {
    // A window of 1280 by 1024 at 400 %.
    await page.setViewportSize({ width: 320, height: 256 });
    const play = await Playground.open(page, { path, params: PARAMS });
    expect(await sideways(page)).toBeLessThanOrEqual(0);
    expect(await page.evaluate(cramped)).toEqual([]);
    for (const key of ['crashLeader', 'retry', 'buy', 'play', 'stepForward', 'startOver']) {
      await play.button(key).scrollIntoViewIfNeeded();
      await expect(play.button(key)).toBeInViewport({ ratio: 0.9 });
    }
  });

  test(`text may be spread out on /${path}`, async ({ page }) => {
    // WCAG 1.4.12, put on as a reader's own style sheet.
    await page.addInitScript(() => addEventListener('DOMContentLoaded', () => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
        p { margin-bottom: 2em !important }`);
      document.adoptedStyleSheets = [sheet];
    }));
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 800 });
      await Playground.open(page, { path, params: PARAMS });
      expect(await sideways(page), `at ${width} pixels`).toBeLessThanOrEqual(0);
      expect(await page.evaluate(cramped), `at ${width} pixels`).toEqual([]);
    }
  });

  test(`words may be longer on /${path}`, async ({ page }) => {
    const longer = text => text + 'ßé'.repeat(Math.ceil(text.replace(/\{[^}]*\}/g, '').length * 0.2));
    const longerWords = json => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(json)).map(([key, text]) => [key, longer(text)])));
    await page.route(/\/en\/|words-en/, async route => {
      const isLater = route.request().url().includes('words-en');
      if (!isLater && route.request().resourceType() !== 'document') return route.continue();
      const response = await route.fetch();
      const text = await response.text();
      if (isLater) return route.fulfill({ response, body: longerWords(text) });
      const body = text.replace(/(<script[^>]* id="words"[^>]*>)([^]*?)(<\/script>)/, (_, open, json, close) => open + longerWords(json) + close);
      return route.fulfill({ response, body });
    });
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(`/en/${path}?seed=7&autoplay=0`).catch(() => undefined);
      await Playground.open(page, { path, params: PARAMS });
      await expect(page.getByRole('button', { name: /^Buyß/ }), 'the words are the longer ones').toBeVisible();
      expect(await sideways(page), `at ${width} pixels`).toBeLessThanOrEqual(0);
      expect(await page.evaluate(cramped), `at ${width} pixels`).toEqual([]);
    }
  });
}

test('in forced colours everything is still to be seen', async ({ page, browserName }) => {
  test.skip(browserName === 'firefox', 'only Chromium can be made to force its colours from outside');
  await page.emulateMedia({ forcedColors: 'active' });
  const play = await Playground.open(page, { path: 'sandbox/', params: { ...PARAMS, speed: 10 } });
  await play.runUntil(play.names.leads);
  await play.server('B').click();
  await page.getByRole('menuitem', { name: 'Cut off', exact: true }).click();
  const invisible = await page.evaluate(() => {
    const canvas = getComputedStyle(document.body).backgroundColor;
    const look = selector => {
      const element = [...document.querySelectorAll(selector)].find(found => found.getBoundingClientRect().width > 0);
      if (!element) return `${selector} is not there`;
      const { fill, stroke, color } = getComputedStyle(element);
      const paints = element instanceof SVGElement ? [fill, stroke] : [color];
      return paints.every(paint => paint === 'none' || paint === canvas) ? `${selector} cannot be seen: ${paints}` : null;
    };
    return ['.servers .disc', '.servers text', '.packets .packet use', '.links line, .links path', '.timeline .band rect',
      '.actions button', '.playback button', '.wall, .links .cut, .cut'].map(look).filter(Boolean);
  });
  expect(invisible).toEqual([]);
  await play.server('B').focus();
  await page.keyboard.press('ArrowRight');
  const ring = await play.server('C').locator('.target').evaluate(target => getComputedStyle(target).stroke);
  const other = await play.server('D').locator('.target').evaluate(target => getComputedStyle(target).stroke);
  expect(ring, 'the focus is seen').not.toBe(other);
  const reach = await page.locator('.reach').first().evaluate(path => getComputedStyle(path).stroke);
  expect(reach, 'what only takes clicks is not').toBe('none');
  // A transparent paint is forced to be seen, and the computed style does not show it; none stays none.
  const area = await play.server('D').locator('.target').evaluate(target => getComputedStyle(target).fill);
  expect(area, 'nor is the area of a server').toBe('none');
});

test.describe('by finger', () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test('a wall is drawn, and the page stays where it is', async ({ page, browserName }) => {
    test.skip(browserName === 'firefox', 'only Chromium can be told how a finger moves');
    const play = await Playground.open(page, { path: 'sandbox/', params: { ...PARAMS, speed: 10 } });
    await play.runUntil(play.names.leads);
    await play.stage.scrollIntoViewIfNeeded();
    const area = await play.stage.boundingBox();
    const before = await page.evaluate(() => scrollY);
    const session = await page.context().newCDPSession(page);
    const touch = (type, points) => session.send('Input.dispatchTouchEvent', { type, touchPoints: points });
    const at = (x, y) => ({ x: area.x + area.width * x, y: area.y + area.height * y });
    await touch('touchStart', [at(0.02, 0.3)]);
    for (let step = 1; step <= 10; step++) await touch('touchMove', [at(0.02 + 0.096 * step, 0.3 + 0.03 * step)]);
    await touch('touchEnd', []);
    await expect.poll(async () => (await play.lines()).at(-1)).toMatch(/The network is partitioned/);
    expect(await page.evaluate(() => scrollY)).toBe(before);
  });

  test('crash and retry are taps away', async ({ page, browserName }) => {
    test.skip(browserName === 'firefox', 'only Chromium can be told how a finger taps');
    const play = await Playground.open(page, { params: { ...PARAMS, autoplay: 1, speed: 10 } });
    await expect(play.leader).toHaveCount(1, { timeout: 15_000 });
    await play.button('buy').tap();
    await expect.poll(async () => (await play.lines()).join(), { timeout: 15_000 }).toMatch(play.names.learned(1));
    await play.button('crashLeader').tap();
    await expect(play.server('[A-I]', 'down')).toHaveCount(1);
    await play.button('retry').tap();
    await expect.poll(async () => (await play.lines()).join()).toMatch(/again, with the same number/);
  });
});

test('in large type a ring follows the pointer, and only then', async ({ page }) => {
  const ring = page.locator('.pointer-ring');
  await Playground.open(page, { params: { ...PARAMS, present: 1 } });
  await page.mouse.move(300, 200);
  await expect(ring).toBeVisible();
  const { x, y, width } = await ring.boundingBox();
  expect([Math.round(x + width / 2), Math.round(y + width / 2)]).toEqual([300, 200]);
  await Playground.open(page, { params: PARAMS });
  await page.mouse.move(310, 210);
  await expect(ring).toBeHidden();
});
