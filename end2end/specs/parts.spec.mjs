// The programs come in parts (see split/). Who comes for the first time begins with the first ones; nothing that is done before the later
// ones have come is lost or done otherwise.
import { site } from '../support/addresses.mjs';
import { foretell, lookAway, pointAround, tryAround, watchOn, whenStarted, withoutChance } from '../support/first.mjs';
import { Playground } from '../support/page.mjs';
import { test, expect } from '../support/test.mjs';

/** Everything that comes behind the first parts: the others, and the words and styles of what comes with them. */
const LATER = /_(next|rest)\.wasm|words-/;
const REST = /_rest\.wasm|words-/;

/** Holds back what comes by itself, until it is let go; what somebody waits for comes. */
async function hold(page, what) {
  let letGo;
  const gone = new Promise(resolve => { letGo = resolve; });
  await page.route(what, async route => {
    if (route.request().resourceType() === 'fetch') await gone;
    await route.continue();
  });
  const requests = { fetch: [], xhr: [] };
  page.on('request', request => requests[request.resourceType()]?.push(request.url()));
  /** What the page itself has waited for; that a worker waits nobody notices. */
  const waited = () => requests.xhr.filter(url => !url.includes('worker_'));
  const came = name => requests.fetch.filter(url => url.includes(name)).length;
  return { letGo, requests, waited, came };
}

/** What a page has waited for when it has answered the press of Start, two pictures later; seen from the page. */
function keepWaited() {
  const waited = performance.getEntriesByType('resource').filter(({ initiatorType }) => initiatorType === 'xmlhttprequest');
  self.waited = waited.map(({ name }) => name);
}

const VIEWPORTS = { 'a desk': { width: 1280, height: 800 }, 'a phone': { width: 390, height: 844 } };
for (const lang of ['ko', 'en']) {
  for (const [where, viewport] of Object.entries(VIEWPORTS)) {
    test.describe(`on ${where}, in ${lang}`, () => {
      test.use({ viewport });

      test('the first lesson can be used before anything but the first parts has come', async ({ page }) => {
        const later = await hold(page, LATER);
        await whenStarted(page, 2, keepWaited);
        const play = await Playground.open(page, { lang, path: 'single-server/' });
        await pointAround(page);
        await foretell(page);
        await expect.poll(() => page.evaluate('self.waited'), { message: 'the page waits for nothing' }).toEqual([]);
        await expect(play.events).toHaveCount(0);
        await watchOn(page);
        later.letGo();
        await expect(play.events).toBeAttached();
      });

      test('the next parts take it through its first pause, and the home page through its first seconds', async ({ page }) => {
        const rest = await hold(page, REST);
        await Playground.open(page, { lang, path: 'single-server/' });
        await expect.poll(() => rest.came('_next.wasm')).toBe(2);
        await pointAround(page);
        await tryAround(page);
        await foretell(page);
        await watchOn(page);
        await lookAway(page);
        await page.waitForTimeout(1_500);
        expect(rest.waited(), 'the page waits for nothing').toEqual([]);
        await page.addInitScript(withoutChance, 1); // as one of those came from whom the parts were learned
        const play = await Playground.open(page, { lang });
        await expect.poll(() => play.at()).toBeGreaterThan(3000);
        expect(rest.waited(), 'the page waits for nothing').toEqual([]);
        rest.letGo();
        await expect(play.events).toBeAttached();
      });
    });
  }
}

for (const rung of [1, 2, 3]) {
  test(`what has not come yet comes at once when somebody wants it, on rung ${rung}`, async ({ page }) => {
    const later = await hold(page, LATER);
    const params = rung === 1 ? {} : { qa: `rung-${rung}` };
    const play = await Playground.open(page, { path: 'single-server/', params });
    await play.button('view').click();
    await page.keyboard.press('Escape');
    await foretell(page);
    await watchOn(page);
    await play.button('stepBack').click();
    await page.getByRole('button', { name: 'Share', exact: true }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    const { xhr } = later.requests;
    expect(later.waited().length, 'the page waited').toBeGreaterThan(1);
    expect(new Set(xhr).size, 'each program asks once for each').toBe(xhr.length);
    later.letGo();
    await page.keyboard.press('Escape');
    await expect(play.events).toBeVisible();
  });
}

test('older browsers that cannot unpack take the programs as they are', async ({ page }) => {
  const asked = [];
  page.on('request', request => asked.push(new URL(request.url()).pathname));
  await page.addInitScript(() => { delete window.DecompressionStream; });
  const play = await Playground.open(page, { path: 'single-server/' });
  await expect(play.events).toBeAttached();
  const programs = asked.filter(path => /_bg\./.test(path));
  expect(programs).toHaveLength(2);
  expect(programs.filter(path => path.endsWith('.wasm')), 'none is packed').toHaveLength(2);
});

test('panels come with their styles', async ({ page }) => {
  let sheets = 0;
  let letGo;
  const gone = new Promise(resolve => { letGo = resolve; });
  await page.route(/style-[0-9a-f]+\.css/, async route => {
    sheets += 1;
    if (sheets === 2) await gone; // the first one is that of the page
    await route.continue();
  });
  const play = await Playground.open(page, { path: 'single-server/' });
  await expect.poll(() => sheets).toBe(2);
  await page.waitForTimeout(1_000);
  await expect(play.events).toHaveCount(0);
  letGo();
  await expect(play.events).toBeAttached();
});

test('other pages begin with whole programs', async ({ page }) => {
  const rest = await hold(page, REST);
  await page.goto(site('/', 'en/heartbeat/'));
  await expect.poll(() => rest.came('_rest.wasm') + rest.came('words-')).toBe(3);
  await page.waitForTimeout(500);
  await expect(page.locator('html[data-ready]')).toHaveCount(0);
  rest.letGo();
  await expect(page.locator('html[data-ready]')).toHaveCount(1);
  expect(rest.requests.xhr, 'nobody waits for them').toEqual([]);
});

test('a page that is in use goes on while the rest does not come, and has it when the network is back', async ({ page, watch }) => {
  watch.allow(/Failed to load resource/);
  let away = true;
  await page.route(REST, route => (away ? route.abort('internetdisconnected') : route.continue()));
  const play = await Playground.open(page, { path: 'single-server/' });
  await foretell(page);
  await watchOn(page);
  await expect(play.events).toHaveCount(0);
  away = false;
  await expect(play.events).toBeAttached({ timeout: 20_000 });
  await expect(page.locator('html[data-failed]')).toHaveCount(0);
});

test('what cannot be had when somebody wants it is told, and the text stays', async ({ page, watch }) => {
  watch.allow(/Failed to load resource/, /NetworkError/, /already (mutably )?borrowed/, /panicked at/, /unreachable/);
  await page.route(LATER, route => route.abort('internetdisconnected'));
  const play = await Playground.open(page, { path: 'single-server/' });
  await play.button('view').click();
  await expect(page.getByRole('alert')).toBeVisible();
  expect((await page.getByRole('main').innerText()).length).toBeGreaterThan(400);
});

test('a later part of another build is told before the page begins', async ({ page }) => {
  const nothing = Buffer.from('0061736d01000000020f01066265666f7265036e6f74037f00', 'hex');
  await page.route(/worker_rest\.wasm/, route => route.fulfill({ contentType: 'application/wasm', body: nothing }));
  await page.goto(site('/', 'en/heartbeat/'));
  await expect(page.getByRole('alert')).toBeVisible({ timeout: 20_000 });
});
