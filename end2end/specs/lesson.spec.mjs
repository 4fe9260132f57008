// The lessons, played through: guess, watch, why, challenge, play, recap; by mouse and by keyboard, in both languages.
import AxeBuilder from '@axe-core/playwright';
import { LANGUAGES, site } from '../support/addresses.mjs';
import { Playground } from '../support/page.mjs';
import { test, expect } from '../support/test.mjs';

/** The lessons, and how often their guided runs pause: the second part's pauses come behind those of the first. */
const LESSONS = {
  'single-server': 6, 'stateless-web-servers': 6, 'write-ahead-log': 6, 'leader-and-followers': 6, heartbeat: 6, 'generation-clock': 6, 'majority-quorum': 6, 'high-water-mark': 11,
  'update-queue': 6, 'idempotent-receiver': 6,
};
const STOPS = 6;

/** How a visitor presses something. */
const HANDS = {
  mouse: target => target.click(),
  keyboard: async target => {
    await target.focus();
    await target.press('Enter');
  },
};

class Lesson {
  constructor(page, lang, play) {
    Object.assign(this, { page, play, names: play.names.lesson, text: page.locator('#lesson') });
  }

  static async open(page, lesson, lang = 'en', params = {}) {
    const play = await Playground.open(page, { lang, path: `${lesson}/`, params });
    return new Lesson(page, lang, play);
  }

  button(key) {
    return this.text.getByRole('button', { name: this.names[key], exact: true });
  }

  /** The pieces of text that have been reached so far. */
  get chunks() {
    return this.text.locator('.chunks li:visible');
  }

  async fast() {
    await this.page.getByRole('combobox', { name: this.play.names.speed, exact: true }).selectOption('10');
  }

  /** On to the next pause. */
  async next(nth, press = HANDS.mouse) {
    if (nth > 1) await press(this.button('continue'));
    await this.fast();
    await expect(this.chunks, `pause ${nth}`).toHaveCount(nth, { timeout: 20_000 });
    await expect(this.play.button('play'), 'time stands').toBeVisible();
  }
}

for (const lang of LANGUAGES) {
  for (const [name, hand] of Object.keys(LESSONS).flatMap(name => Object.keys(HANDS).map(hand => [name, hand]))) {
    // Crosswise each lesson is played in both languages and by both hands; with --all in all four ways.
    const tag = (hand === 'mouse') === (lang === 'ko') ? [] : ['@long'];
    test(`${name} is played through by ${hand}, in ${lang}`, { tag }, async ({ page }) => {
      test.setTimeout(120_000);
      const press = HANDS[hand];
      const lesson = await Lesson.open(page, name, lang);
      const { names, text } = lesson;
      await expect(lesson.button('start'), 'the guess comes first').toHaveAttribute('aria-disabled', 'true');
      const guess = text.getByRole('radio').nth(1);
      if (hand === 'mouse') await guess.check();
      else {
        await text.getByRole('radio').first().focus();
        await page.keyboard.press('Space');
        await page.keyboard.press('ArrowDown');
      }
      await expect(guess).toBeChecked();
      await press(lesson.button('start'));
      for (let stop = 1; stop <= LESSONS[name]; stop++) await lesson.next(stop, press);
      await expect(page.getByRole('alert').first()).toBeEmpty();

      await press(lesson.button('continue'));
      await expect(text.getByRole('heading', { level: 2, name: names.phases[2], exact: true })).toBeVisible();
      await expect(text.locator('.guess:visible'), 'the guess stands beside the answer').toHaveText([names.guess]);
      for (const phase of names.phases.slice(3)) {
        await press(text.getByRole('link', { name: phase, exact: true }));
        await expect(text.getByRole('heading', { level: 2, name: phase, exact: true })).toBeVisible();
        await expect(text.getByRole('heading', { level: 2 })).toHaveCount(1);
      }

      // Back in a new page everything is where it was, until it is to be forgotten.
      await page.reload();
      await lesson.play.ready();
      await expect(text.getByRole('heading', { level: 2, name: names.phases[5], exact: true })).toBeVisible();
      await press(lesson.button('forget'));
      await expect(text.getByRole('heading', { level: 2, name: names.phases[0], exact: true })).toBeVisible();
      await expect(text.getByRole('radio', { checked: true })).toHaveCount(0);
    });
  }
}

const WORLDS = [
  ['stateless-web-servers', 0, /latest/],
  ['write-ahead-log', 0, /Money and goods/],
  ['leader-and-followers', 0, /same order/],
  ['leader-and-followers', 1, /latest/],
  ['heartbeat', 0, /At most one leader/],
  ['generation-clock', 0, /same order/],
  ['majority-quorum', 0, /“bought” is never lost/],
  ['high-water-mark', 0, /same order/],
  ['update-queue', 1, /“bought” is never lost/],
  ['idempotent-receiver', 1, /at most once/],
];

for (const [name, nth, promise] of WORLDS) {
  test(`${name}, world ${nth + 1}: both worlds side by side, and the harm is named`, async ({ page }) => {
    test.setTimeout(90_000);
    const lesson = await Lesson.open(page, name);
    await lesson.text.getByRole('link', { name: 'Why', exact: true }).click();
    await lesson.text.locator('.worlds').getByRole('button', { name: lesson.names.beside }).nth(nth).click();
    for (let stop = 1; stop <= STOPS; stop++) await lesson.next(stop);
    const other = page.getByRole('group', { name: lesson.names.other, exact: true });
    await expect(other).toBeVisible();
    await expect(page.getByRole('alert').filter({ hasText: promise }), 'in the other world').toHaveCount(1);
    await expect(page.locator('.timeline .parts'), 'where they part').toHaveCount(1);
    await expect(page.locator('.harm')).toHaveText(/^Here /);
    await page.setViewportSize({ width: 390, height: 844 });
    await expect(page.getByRole('button', { name: 'Other rule', exact: true })).toHaveAttribute('aria-pressed', 'true');
    await expect(lesson.play.stage, 'no room for both').toBeHidden();
    await page.getByRole('button', { name: 'Right rules', exact: true }).click();
    await expect(other).toBeHidden();
    await expect(lesson.play.stage).toBeVisible();
    await page.getByRole('button', { name: lesson.names.alone, exact: true }).click();
    await expect(other).toHaveCount(0);
  });
}

for (const lang of ['en', 'ko']) {
  test(`on a phone the text of a guided run stands below the stage that it speaks of, ${lang}`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    const lesson = await Lesson.open(page, 'heartbeat', lang);
    await lesson.button('skip').click();
    for (const stop of [1, 2]) {
      if (stop > 1) await lesson.button('continue').click();
      await lesson.fast();
      await expect(lesson.text.locator('[data-state=now]')).toHaveAttribute('data-chunk', `${stop}`, { timeout: 20_000 });
      for (const seen of [lesson.play.server('A', null), lesson.text.locator('[data-state=now]'), lesson.button('continue')])
        await expect(seen).toBeInViewport({ ratio: 0.99 });
    }
    await lesson.play.button('startOver').click();
    await expect(lesson.text.locator('[data-state=now]'), 'a run of one’s own').toHaveCount(0);
    const rows = await page.locator('.playback > .press:visible').evaluateAll(all => all.map(one => one.getBoundingClientRect().top));
    expect(new Set(rows.map(Math.round)).size, 'one row of buttons').toBe(1);
  });
}

test('each phase leads on to the next one, and the last one to the next lesson', async ({ page }) => {
  const lesson = await Lesson.open(page, 'single-server');
  await lesson.text.getByRole('link', { name: 'Why', exact: true }).click();
  for (const [phase, next] of [['why', 'Challenge'], ['challenge', 'Play'], ['play', 'Recap']]) {
    await lesson.text.locator(`[data-phase=${phase}] .onward a`).click();
    await expect(lesson.text.getByRole('heading', { level: 2, name: next, exact: true })).toBeFocused();
  }
  await lesson.text.getByRole('link', { name: /^Next lesson/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Business logic apart from data');
});

test('on a small laptop the buttons do not stand on the text', async ({ page }) => {
  await page.setViewportSize({ width: 1366, height: 768 });
  const lesson = await Lesson.open(page, 'write-ahead-log');
  await lesson.button('skip').click();
  for (const stop of [1, 2, 3]) {
    await lesson.next(stop);
    const text = await lesson.text.locator('[data-state=now] p').boundingBox();
    const next = await lesson.button('continue').boundingBox();
    expect(text.y + text.height).toBeLessThanOrEqual(next.y);
    expect(next.y + next.height).toBeLessThanOrEqual(768);
  }
});

test('acting makes the run one\'s own, and undo leads back', async ({ page }) => {
  const lesson = await Lesson.open(page, 'heartbeat');
  await lesson.button('skip').click();
  await lesson.next(1);
  await lesson.play.button('crashLeader').click();
  await expect(lesson.text.getByText(lesson.names.left)).toBeVisible();
  await lesson.play.button('undo').click();
  await expect(lesson.text.getByText(lesson.names.left)).toBeHidden();
  await lesson.next(2);
});

test('the other language goes on where the guided run stands; after a reload it begins where one asks for it', async ({ page }) => {
  const lesson = await Lesson.open(page, 'heartbeat');
  await lesson.button('skip').click();
  await lesson.next(1);
  await lesson.next(2);
  await page.getByRole('link', { name: '한국어', exact: true }).click();
  await page.waitForURL(/\/ko\/heartbeat\/.*#g=0\.\d+$/);
  const korean = new Lesson(page, 'ko', new Playground(page, 'ko'));
  await korean.play.ready();
  await expect(korean.chunks).toHaveCount(2);
  await korean.next(3);
  await page.goto(page.url().replace(/#.*/, ''));
  await korean.play.ready();
  await expect(korean.button('start')).toBeVisible();
  await expect(korean.button('continue')).toBeHidden();
});

test('the challenge of heartbeat is done by hand and counted', async ({ page }) => {
  const lesson = await Lesson.open(page, 'heartbeat');
  const { play } = lesson;
  await lesson.text.getByRole('link', { name: 'Challenge', exact: true }).click();
  await lesson.button('begin').click();
  await play.time.fill('1500');
  await play.button('crashLeader').click();
  await play.server('C').click();
  await page.getByRole('menuitem', { name: play.names.closerLook, exact: true }).click();
  const closer = page.getByRole('region', { name: play.names.closerLook, exact: true });
  await closer.getByRole('button', { name: 'C – E: works', exact: true }).click();
  for (const way of ['Cut →', 'Cut ←']) await closer.getByRole('button', { name: way, exact: true }).click();
  await play.time.fill('4700');
  for (const letter of ['C', 'E']) {
    await play.server(letter).click();
    await page.getByRole('menuitem', { name: play.names.timeOut, exact: true }).click();
  }
  await lesson.fast();
  await play.button('play').click();
  await expect(lesson.text.getByText(lesson.names.done)).toBeVisible({ timeout: 30_000 });
  expect(Number(lesson.names.done.exec(await lesson.text.locator('.done').innerText())[1])).toBe(5);
});

test('the code is the one that runs, and the rule in force is marked', async ({ page }) => {
  const lesson = await Lesson.open(page, 'majority-quorum');
  await lesson.text.getByRole('link', { name: 'Why', exact: true }).click();
  await lesson.text.getByText('node/majority_quorum.rs').first().click();
  const code = lesson.text.locator('pre').first();
  await expect(code).toContainText('pub fn');
  await expect(code.locator('.in-force').first()).toContainText('Quorum::Majority');
});

test('a lecturer may ask aloud', async ({ page }) => {
  const lesson = await Lesson.open(page, 'heartbeat', 'en', { predict: 0 });
  await expect(lesson.text.getByRole('heading', { level: 2, name: 'Watch', exact: true })).toBeVisible();
  await lesson.button('continue').click();
  await lesson.next(1);
});

for (const name of Object.keys(LESSONS)) {
  // Those whose pages have something of their own; the others with --all.
  const tag = ['single-server', 'write-ahead-log', 'heartbeat', 'high-water-mark', 'update-queue'].includes(name) ? [] : ['@long'];
  test(`axe finds nothing in any phase of ${name}`, { tag }, async ({ page }) => {
    const lesson = await Lesson.open(page, name);
    for (const phase of lesson.names.phases) {
      await lesson.text.getByRole('link', { name: phase, exact: true }).click();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${phase}: ${id} ${nodes.map(node => node.target).join(' ')}`)).toEqual([]);
    }
  });

  test(`${name} can be read from top to bottom without script`, async ({ browser }) => {
    // Not every browser can be told from outside to run none: none arrives.
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.route(/\.js(\?|$)/, route => route.abort());
    await page.goto(site('/', `en/${name}/`));
    for (const phase of ['Guess', 'Watch', 'Why', 'Challenge', 'Play', 'Recap']) {
      await expect(page.getByRole('heading', { level: 2, name: phase, exact: true })).toBeVisible();
    }
    await expect(page.locator('.chunks li')).toHaveCount(LESSONS[name]);
    for (const chunk of await page.locator('.chunks li').all()) await expect(chunk).toBeVisible();
    await expect(page.getByRole('button', { name: 'Continue' })).toBeHidden();
    await context.close();
  });
}
