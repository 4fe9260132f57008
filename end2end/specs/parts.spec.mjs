// The programs come in two parts (see split/). Whoever comes for the first time begins with the first ones; nothing that is done before
// the second ones have come is lost or done otherwise.
import { site } from '../support/addresses.mjs';
import { Playground } from '../support/page.mjs';
import { test, expect } from '../support/test.mjs';

const REST = /_rest\.wasm/;

/** Holds back the second parts that come by themselves, until they are let go; `asked` holds those that a program asks for. */
async function holdRests(page, { asked = false } = {}) {
  let letGo;
  const gone = new Promise(resolve => { letGo = resolve; });
  const requests = [];
  await page.route(REST, async route => {
    const kind = route.request().resourceType();
    requests.push(kind);
    if (kind === 'fetch' || asked) await gone;
    await route.continue();
  });
  return { letGo, requests };
}

/** Foretells what will happen, as the first lesson asks first, and lets it happen. */
async function foretellAndWatch(page) {
  await page.locator('#lesson input[name=predict]').first().check();
  await page.locator('#lesson [data-do=start]').first().click();
}

for (const lang of ['ko', 'en']) {
  test(`the first lesson can be used before the second parts have come, in ${lang}`, async ({ page }) => {
    const rests = await holdRests(page, { asked: true });
    const play = await Playground.open(page, { lang, path: 'single-server/' });
    await foretellAndWatch(page);
    await expect.poll(() => play.at()).toBeGreaterThan(500);
    await expect(page.locator('#panels .events')).toHaveCount(0);
    expect(rests.requests, 'nobody waits for them').toEqual(['fetch', 'fetch']);
    rests.letGo();
    await expect(page.locator('#panels .events')).toBeVisible();
  });
}

test('what the first part does not have comes at once when somebody wants it', async ({ page }) => {
  const rests = await holdRests(page);
  const play = await Playground.open(page, { path: 'single-server/' });
  await play.button('view').click();
  await page.keyboard.press('Escape');
  await foretellAndWatch(page);
  await expect.poll(() => play.at()).toBeGreaterThan(500);
  await page.keyboard.press('Space');
  await play.pause();
  await play.button('stepBack').click();
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  expect(rests.requests.filter(kind => kind === 'xhr').length, 'each program asked once at most').toBeLessThan(3);
  expect(rests.requests).toContain('xhr');
  rests.letGo();
  await page.keyboard.press('Escape');
  await expect(page.locator('#panels .events')).toBeVisible();
});

test('other pages begin with whole programs', async ({ page }) => {
  const rests = await holdRests(page);
  await page.goto(site('/', 'en/heartbeat/'));
  await expect.poll(() => rests.requests.length).toBe(2);
  await page.waitForTimeout(500);
  await expect(page.locator('html[data-ready]')).toHaveCount(0);
  rests.letGo();
  await expect(page.locator('html[data-ready]')).toHaveCount(1);
  expect(rests.requests).toEqual(['fetch', 'fetch']);
});

test('a second part that does not come is told, and the text stays', async ({ page, watch }) => {
  watch.allow(/Failed to load resource/);
  await page.route(REST, route => route.fulfill({ status: 404, body: 'gone' }));
  await page.goto(site('/', 'en/single-server/'));
  await expect(page.getByRole('alert')).toBeVisible({ timeout: 20_000 });
  expect((await page.getByRole('main').innerText()).length).toBeGreaterThan(400);
});

