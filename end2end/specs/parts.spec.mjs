// The programs come in parts (see split/). Who comes for the first time begins with the first ones; nothing that is done before the later
// ones have come is lost or done otherwise.
import { site } from '../support/addresses.mjs';
import { foretellAndWatch } from '../support/first.mjs';
import { Playground } from '../support/page.mjs';
import { test, expect } from '../support/test.mjs';

const REST = /_rest\.wasm/;

/** Holds back the second parts that come by themselves, until they are let go; those that a program asks for come. */
async function holdRests(page) {
  let letGo;
  const gone = new Promise(resolve => { letGo = resolve; });
  const requests = { fetch: [], xhr: [] };
  await page.route(REST, async route => {
    const kind = route.request().resourceType();
    requests[kind].push(route.request().url());
    if (kind === 'fetch') await gone;
    await route.continue();
  });
  return { letGo, requests };
}

const VIEWPORTS = { 'a desk': { width: 1280, height: 800 }, 'a phone': { width: 390, height: 844 } };
for (const lang of ['ko', 'en']) {
  for (const [where, viewport] of Object.entries(VIEWPORTS)) {
    test.describe(`on ${where}, in ${lang}`, () => {
      test.use({ viewport });

      test('the first lesson can be used before the second parts have come', async ({ page }) => {
        const rests = await holdRests(page);
        const play = await Playground.open(page, { lang, path: 'single-server/' });
        await foretellAndWatch(page);
        await expect(play.events).toHaveCount(0);
        expect(rests.requests.xhr, 'nobody waits for them').toEqual([]);
        rests.letGo();
        await expect(play.events).toBeAttached();
      });

      test('so can the home page', async ({ page }) => {
        const rests = await holdRests(page);
        const play = await Playground.open(page, { lang });
        await expect.poll(() => play.at()).toBeGreaterThan(3000);
        expect(rests.requests.xhr.filter(url => url.includes('page-')), 'the page waits for nothing').toEqual([]);
        rests.letGo();
        await expect(play.events).toBeAttached();
      });
    });
  }
}

for (const rung of [1, 2, 3]) {
  test(`what the first part does not have comes at once when somebody wants it, on rung ${rung}`, async ({ page }) => {
    const rests = await holdRests(page);
    const params = rung === 1 ? {} : { qa: `rung-${rung}` };
    const play = await Playground.open(page, { path: 'single-server/', params });
    await play.button('view').click();
    await page.keyboard.press('Escape');
    await foretellAndWatch(page);
    await play.button('stepBack').click();
    await page.getByRole('button', { name: 'Share', exact: true }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    const { fetch, xhr } = rests.requests;
    expect(fetch, 'both come by themselves').toHaveLength(2);
    expect(xhr.length, 'and somebody waited').toBeGreaterThan(0);
    expect(new Set(xhr).size, 'each program asks once').toBe(xhr.length);
    rests.letGo();
    await page.keyboard.press('Escape');
    await expect(play.events).toBeVisible();
  });
}

test('other pages begin with whole programs', async ({ page }) => {
  const rests = await holdRests(page);
  await page.goto(site('/', 'en/heartbeat/'));
  await expect.poll(() => rests.requests.fetch.length).toBe(2);
  await page.waitForTimeout(500);
  await expect(page.locator('html[data-ready]')).toHaveCount(0);
  rests.letGo();
  await expect(page.locator('html[data-ready]')).toHaveCount(1);
  expect(rests.requests.xhr, 'nobody waits for them').toEqual([]);
});

test('a page that is in use goes on while the second parts do not come, and has them when the network is back', async ({ page, watch }) => {
  watch.allow(/Failed to load resource/);
  let away = true;
  await page.route(REST, route => (away ? route.abort('internetdisconnected') : route.continue()));
  const play = await Playground.open(page, { path: 'single-server/' });
  await foretellAndWatch(page);
  await expect(play.events).toHaveCount(0);
  away = false;
  await expect(play.events).toBeAttached({ timeout: 20_000 });
  await expect(page.locator('html[data-failed]')).toHaveCount(0);
});

test('what cannot be had when somebody wants it is told, and the text stays', async ({ page, watch }) => {
  watch.allow(/Failed to load resource/, /NetworkError/, /already (mutably )?borrowed/, /panicked at/, /unreachable/);
  await page.route(REST, route => route.abort('internetdisconnected'));
  const play = await Playground.open(page, { path: 'single-server/' });
  await play.button('view').click();
  await expect(page.getByRole('alert')).toBeVisible();
  expect((await page.getByRole('main').innerText()).length).toBeGreaterThan(400);
});

test('a second part of another build is told before the page begins', async ({ page }) => {
  const nothing = Buffer.from('0061736d0100000002090105666972737400036e6f740300', 'hex');
  await page.route(/worker_rest\.wasm/, route => route.fulfill({ contentType: 'application/wasm', body: nothing }));
  await page.goto(site('/', 'en/heartbeat/'));
  await expect(page.getByRole('alert')).toBeVisible({ timeout: 20_000 });
});
