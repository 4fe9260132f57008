// The story, told by hand: a leader is elected, a sword is bought, the leader crashes, the request is retried. At every address
// and in both languages, with nothing but roles and names.
import AxeBuilder from '@axe-core/playwright';
import { BASES, LANGUAGES } from '../support/addresses.mjs';
import { Playground } from '../support/page.mjs';
import { test, expect } from '../support/test.mjs';

/** The seed of every run here, and what it leads to: who leads, from which moment on. Another engine, other moments. */
const SEED = 7;
const ELECTED = { at: '3.607', letter: 'A', generation: '1' };
const ELECTED_AGAIN = { at: '8.246', letter: 'C', generation: '2' };

/** Time runs ten times as fast as in the world of the servers, once it runs. */
const PARAMS = { seed: SEED, autoplay: 0, speed: 10 };

/** Goes on to the next election and gives what its line says. */
async function nextLeader(play) {
  const [, at, letter, generation] = await play.runUntil(play.names.leads);
  await expect(play.leader).toHaveCount(1);
  await expect(play.server(letter, 'leader')).toBeVisible();
  return { at, letter, generation };
}

/** A paused page whose first leader has just been elected. */
async function elected(page, where = {}) {
  const play = await Playground.open(page, { ...where, params: PARAMS });
  expect(await nextLeader(play)).toEqual(ELECTED);
  return play;
}

/** Buys and goes on until the customer has the answer. */
async function buy(play) {
  await play.button('buy').click();
  await play.runUntil(play.names.learned(1));
}

for (const base of BASES) {
  for (const lang of LANGUAGES) {
    // Below another path, one language shows it.
    const tag = base !== BASES[0] && lang !== LANGUAGES[0] ? ['@long'] : [];
    test(`a leader is elected before one's eyes, at ${base} in ${lang}`, { tag }, async ({ page }) => {
      const play = await Playground.open(page, { base, lang, params: { seed: SEED, autoplay: 1, speed: 10 } });
      await expect(page.locator('html')).toHaveAttribute('lang', lang);
      await expect(play.server()).toHaveCount(5);
      await expect(play.leader).toHaveCount(1, { timeout: 15_000 });
    });

    test(`buy, then crash the leader: the sword stays, at ${base} in ${lang}`, { tag }, async ({ page }) => {
      const play = await elected(page, { base, lang });
      await buy(play);
      await expect.poll(() => play.lines().then(lines => lines.filter(line => play.names.commits.test(line)).length)).toBe(2);
      await expect(play.table('logs').getByRole('row').filter({ hasText: play.names.sword })).toHaveCount(5);

      await play.button('crashLeader').click();
      await expect(play.server(ELECTED.letter, 'down')).toBeVisible();
      await expect(play.leader).toHaveCount(0);
      expect(await nextLeader(play)).toEqual(ELECTED_AGAIN);
      await play.button('play').click();
      await expect.poll(() => play.serversWith('cheolsu', '90,000', 1), 'all that are up have the sword').toBe(4);
      await expect(play.table('promises')).not.toContainText(play.names.broken);
    });

    test(`a lost answer and a retry: one sword and the kept answer, at ${base} in ${lang}`, { tag }, async ({ page }) => {
      const play = await elected(page, { base, lang });
      await play.button('loseAnswer').click();
      await play.button('buy').click();
      await play.runUntil(play.names.answerLost);
      await play.button('retry').click();
      await play.runUntil(play.names.fromCache);
      await play.runUntil(play.names.learned(1));
      await expect(play.table('answersKept')).toContainText(`${play.names.cheolsu} #1`);
      await play.button('play').click();
      await expect.poll(() => play.serversWith('cheolsu', '90,000', 1), 'one sword on every server').toBe(5);
    });

    test(`a retry with a new number: two swords, at ${base} in ${lang}`, { tag }, async ({ page }) => {
      const play = await elected(page, { base, lang });
      await buy(play);
      await play.button('retryAsNew').click();
      await play.runUntil(play.names.learned(2));
      await play.button('play').click();
      await expect.poll(() => play.serversWith('cheolsu', '80,000', 2), 'two swords on every server').toBe(5);
    });
  }
}

for (const lang of LANGUAGES) {
  for (const colorScheme of ['light', 'dark']) {
    // Colours are the same in every language.
    const tag = colorScheme === 'dark' && lang !== LANGUAGES[0] ? ['@long'] : [];
    test(`axe finds nothing, ${colorScheme}, in ${lang}`, { tag }, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      const play = await elected(page, { lang });
      await buy(play);
      expect(await findings(page)).toEqual([]);
      await play.button('crashLeader').click();
      await play.server(ELECTED.letter, 'down').press('Enter');
      await expect(page.getByRole('menu')).toBeVisible();
      expect(await findings(page), 'with a server down and its menu open').toEqual([]);
    });
  }

  for (const path of ['sandbox/', 'heartbeat/']) {
    test(`axe finds nothing on ${lang}/${path}`, async ({ page }) => {
      await Playground.open(page, { lang, path, params: PARAMS });
      expect(await findings(page)).toEqual([]);
    });
  }
}

/** What axe objects to, each with the elements. */
async function findings(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

test('step back undoes a step, and an event in the list leads back to its moment', async ({ page }) => {
  const play = await elected(page);
  const before = await play.lines();
  await play.step();
  await play.step();
  await play.button('stepBack').click();
  await play.button('stepBack').click();
  await expect.poll(() => play.lines()).toEqual(before);
  await play.events.getByRole('button').first().click();
  await expect.poll(() => play.lines()).toEqual(before.slice(0, 1));
  await expect(play.leader).toHaveCount(0);
});

test('what is impossible says why and does nothing', async ({ page }) => {
  const play = await Playground.open(page, { params: PARAMS });
  for (const [key, why] of [['crashLeader', 'Nobody leads right now'], ['retry', 'Buy first']]) {
    await expect(play.button(key)).toHaveAttribute('aria-disabled', 'true');
    await expect(play.button(key)).toHaveAccessibleDescription(why);
    await play.button(key).press('Enter');
  }
  expect(await play.lines()).toEqual([]);
});

test('a wrong world says so for good, and the broken promise says so once', async ({ page }) => {
  const play = await Playground.open(page, { params: { ...PARAMS, rule: 'dedupe:off' } });
  await expect(page.getByRole('note')).toContainText('duplicates are not recognised');
  await play.runUntil(play.names.leads);
  await play.button('loseAnswer').click();
  await play.button('buy').click();
  await play.runUntil(play.names.answerLost);
  await play.button('retry').click();
  await expect(page.getByRole('alert')).toHaveText('');
  await play.button('play').click();
  await expect(page.getByRole('alert')).toContainText('Each request is carried out at most once');
  await expect(play.table('promises').getByRole('row').filter({ hasText: 'broken' })).toHaveCount(1);
  await expect.poll(() => play.serversWith('cheolsu', '80,000', 2)).toBe(5);
  await expect(page.getByRole('note')).toBeVisible();
});
