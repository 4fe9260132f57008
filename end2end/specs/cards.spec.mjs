// Never a white page: whatever fails to load or breaks, the text stays readable and a card says what happened, in the language of
// the page. And the lower rungs of the start ladder carry the simulation as well as the first.
import { LANGUAGES, site } from '../support/addresses.mjs';
import { Playground } from '../support/page.mjs';
import { test, expect } from '../support/test.mjs';

const WORDS = {
  en: { reload: 'Reload', copy: 'Copy report', heading: /Consensus Playground/ },
  ko: { reload: '새로 고침', copy: '보고서 복사', heading: /합의 놀이터|Consensus Playground/ },
};

/** What is provoked, and what the browser itself says about it. */
const CUT_SHORT = [/^uncaught: Failed to read data from the ReadableStream/]; // Firefox, of a program that it was unpacking
const MISSING = [/^console: Failed to load resource/, ...CUT_SHORT];
const PANIC = [/^console: panicked at/, /^uncaught: RuntimeError: unreachable/];
const FAILURES = {
  'the worker\'s program is missing': { block: /worker_bg\.packed/, allow: MISSING },
  'the page\'s program is missing': { block: /page-[0-9a-f]+_bg\.packed/, allow: MISSING },
  'a program is not what it should be': { corrupt: /page-[0-9a-f]+_bg\.packed/, allow: CUT_SHORT },
  'the worker panics': { params: { qa: 'panic-worker' }, allow: PANIC },
  'the page panics': { params: { qa: 'panic-page' }, allow: PANIC },
};

async function provoke(page, { block, corrupt }) {
  if (block) await page.route(block, route => route.fulfill({ status: 404, body: 'gone' }));
  if (corrupt) await page.route(corrupt, route => route.fulfill({ contentType: 'application/wasm', body: 'not a program' }));
}

for (const lang of LANGUAGES) {
  for (const [what, failure] of Object.entries(FAILURES)) {
    test(`${what}: a card in ${lang}`, async ({ page, watch }) => {
      watch.allow(...failure.allow);
      await provoke(page, failure);
      await page.goto(site('/', `${lang}/heartbeat/`, failure.params));
      const card = page.getByRole('alert');
      await expect(card).toBeVisible({ timeout: 20_000 });
      await expect(card.getByRole('button', { name: WORDS[lang].reload })).toBeVisible();
      await expect(card.getByRole('button', { name: WORDS[lang].copy })).toBeVisible();
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      expect((await page.getByRole('main').innerText()).length, 'the lesson is still there').toBeGreaterThan(400);
      await expect(page.getByRole('main').locator('svg').first()).toBeVisible();
    });
  }

  test(`without script the text and a picture are there, in ${lang}`, async ({ browser }) => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(site('/', `${lang}/heartbeat/`));
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect((await page.getByRole('main').innerText()).length).toBeGreaterThan(400);
    await expect(page.getByRole('main').locator('svg').first()).toBeVisible();
    await context.close();
  });
}

for (const rung of [1, 2, 3]) {
  test(`the simulation runs on rung ${rung} of the ladder`, async ({ page }) => {
    const params = { seed: 7, autoplay: 1, speed: 10, qa: rung === 1 ? undefined : `rung-${rung}` };
    const play = await Playground.open(page, { params });
    await expect(page.locator('html')).toHaveAttribute('data-rung', String(rung));
    await expect(play.leader).toHaveCount(1, { timeout: 15_000 });
    expect(page.workers()).toHaveLength(rung === 3 ? 0 : 1);
  });
}

test('an address that does not exist leads back', async ({ page, watch }) => {
  watch.allow(/404/);
  const answer = await page.goto(site('/', 'en/no-such-lesson/'));
  expect(answer.status()).toBe(404);
  await page.getByRole('main').getByRole('link').first().click();
  await expect(page).toHaveURL(/\/(en|ko)?\/?$/);
});
