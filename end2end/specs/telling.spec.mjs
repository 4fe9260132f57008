// What is told, and how much of the past can be seen: narration, the future that was replaced, the early places of long logs.
import { Playground } from '../support/page.mjs';
import { test, expect } from '../support/test.mjs';

const PARAMS = { seed: 7, autoplay: 0, speed: 10 };

/** Notes each text that the narration says, and when, until asked for. */
async function listen(play) {
  await play.status.evaluate(region => {
    window.said = [];
    new MutationObserver(() => window.said.push({ at: performance.now(), text: region.textContent }))
      .observe(region, { subtree: true, childList: true, characterData: true });
  });
  return () => play.page.evaluate(() => window.said);
}

async function verbosity(play, name) {
  await play.page.getByRole('button', { name: 'View', exact: true }).click();
  await play.page.getByRole('combobox', { name: 'Narration', exact: true }).selectOption(name);
  await play.page.getByRole('button', { name: 'View', exact: true }).click();
}

/** A paused sandbox whose first leader has just been elected. */
async function elected(page) {
  const play = await Playground.open(page, { path: 'sandbox/', params: PARAMS });
  await play.runUntil(play.names.leads);
  return play;
}

test('while time runs there is one message in two seconds, with no word of heartbeats', async ({ page }) => {
  const play = await elected(page);
  await play.button('play').click();
  for (let nth = 0; nth < 12; nth++) {
    await play.button('buy').click();
    await page.waitForTimeout(250); // several seconds of the run
  }
  await play.pause();
  // Told again without a click: only the telling itself is slow.
  await play.time.fill('0');
  await verbosity(play, 'everything');
  const said = await listen(play);
  await play.button('play').click();
  await expect.poll(async () => (await said()).length, { timeout: 15_000 }).toBeGreaterThan(2);
  const messages = await said();
  await play.pause();
  for (const [nth, message] of messages.slice(1).entries()) {
    expect(message.at - messages[nth].at, message.text).toBeGreaterThan(1_900);
  }
  for (const { text } of messages) expect(text).not.toMatch(/heartbeat/);
  expect(messages.some(({ text }) => text.split(' · ').length > 2), 'what came meanwhile is put together').toBe(true);
});

test('what a click brings about is told at once, and what will follow', async ({ page }) => {
  const play = await elected(page);
  await page.getByRole('combobox', { name: 'Speed' }).selectOption('0.1');
  await play.button('play').click();
  await play.button('buy').click();
  await expect(play.status).toContainText('Cheolsu asks A: buy');
  await play.button('crashLeader').click();
  // Less than the two seconds that a message usually stands.
  await expect(play.status).toHaveText(
    /A crashes · Nobody leads now: B, C, D and E will time out in \d\.\d to \d\.\d s/, { timeout: 1_000 });
});

test('the narration can be off, and says the key events unless all is asked for', async ({ page }) => {
  const play = await elected(page);
  await verbosity(play, 'off');
  await expect(play.status).toHaveText('');
  await play.button('buy').click();
  await play.runUntil(play.names.learned(1));
  await expect(play.status).toHaveText('');
  await verbosity(play, 'what matters');
  await play.button('crashLeader').click();
  await expect(play.status).toContainText('A crashes');
});

test('acting in the past leaves the replaced future on the slider, until it comes back or something else is done', async ({ page }) => {
  const play = await Playground.open(page, { path: 'sandbox/', params: { ...PARAMS, at: 12_000 } });
  const replaced = page.locator('.timeline .replaced rect');
  await expect(replaced).toHaveCount(0);
  await play.time.fill('5000');
  await play.button('buy').click();
  await expect(replaced).not.toHaveCount(0);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(replaced).toHaveCount(0);
  await page.getByRole('button', { name: 'Redo', exact: true }).click();
  await expect(replaced).not.toHaveCount(0);
  await play.button('stepForward').click();
  await play.button('retry').click();
  await expect(replaced).toHaveCount(0);
});

test('the early places of a long log are a button away, and an arrow goes there too', async ({ page }) => {
  const play = await elected(page);
  const columns = async () => (await play.cells('logs'))[0].slice(1).map(text => text.trim());
  const earlier = page.getByRole('button', { name: '‹ Earlier', exact: true });
  const later = page.getByRole('button', { name: 'Later ›', exact: true });
  await expect(earlier, 'not there as long as all places are seen').toBeHidden();
  await play.button('play').click();
  for (let nth = 0; nth < 30; nth++) await play.button('buy').click();
  await expect.poll(async () => Number((await columns()).at(-1)), { timeout: 20_000 }).toBeGreaterThan(29);
  await play.pause();
  const newest = await columns();
  await earlier.click();
  await expect.poll(columns).toEqual(Array.from({ length: 24 }, (_, nth) => String(nth + 1)));
  const [, firstRow] = await play.cells('logs');
  expect(firstRow[1], 'the first entry stands there').toMatch(/generation 1/);
  await expect(earlier).toHaveAttribute('aria-disabled', 'true');
  await later.click();
  await expect.poll(columns).toEqual(newest);

  await page.getByRole('group', { name: 'Logs', exact: true }).focus();
  const places = Number(newest.at(-1));
  for (let press = 0; press < places - 2; press++) await page.keyboard.press('ArrowLeft');
  const closer = page.getByRole('region', { name: play.names.closerLook, exact: true });
  await expect(closer.getByRole('heading', { level: 2 })).toHaveText(/^Entry \d+$/);
  await expect.poll(async () => Number((await columns())[0])).toBeLessThan(Number(newest[0]));
});
