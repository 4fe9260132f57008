// "Crash the leader, find the new leader, retry the request": by roles, names and the keyboard alone, as somebody does it who does
// not see the page. No mouse, no class, no id.
import { LANGUAGES } from '../support/addresses.mjs';
import { Playground } from '../support/page.mjs';
import { test, expect } from '../support/test.mjs';

const focused = target => target.evaluate(element => element === document.activeElement);

/** Tabs until that element has the focus: backwards when it comes before the one that has it now, as a person would. */
async function tabTo(page, target, limit = 40) {
  const before = await target.evaluate(element =>
    Boolean(document.activeElement.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING));
  for (let tab = 0; tab < limit; tab++) {
    if (await focused(target)) return;
    await page.keyboard.press(before ? 'Shift+Tab' : 'Tab');
  }
  await expect(target, 'reached by Tab').toBeFocused();
}

/** Tabs to a button and presses it. */
async function press(page, target) {
  await tabTo(page, target);
  await page.keyboard.press('Enter');
}

/** Lets time run, with the keyboard, until the event list has a new line like that; then pauses. */
async function playUntil(page, play, pattern) {
  const { line } = await play.playUntil(pattern, () => press(page, play.button('play')));
  await press(page, play.button('pause'));
  return pattern.exec(line);
}

for (const lang of LANGUAGES) {
  test(`crash the leader, find the new one, retry the request, in ${lang}`, async ({ page }) => {
    const play = await Playground.open(page, { lang, params: { seed: 7, autoplay: 0, speed: 10 } });
    const { names } = play;
    const [, , old] = await playUntil(page, play, names.leads);
    await press(page, play.button('buy'));
    await playUntil(page, play, names.learned(1));

    await press(page, play.button('crashLeader'));
    await expect(play.server(old, 'down')).toHaveCount(1);
    await expect(play.status).toContainText(old);
    const [, , successor, generation] = await playUntil(page, play, names.leads);
    expect(successor).not.toBe(old);
    await expect(play.status, 'the new leader is told').toContainText(successor);

    // The whole ring is one stop of the Tab key, and the arrows go round it.
    await tabTo(page, play.server().and(page.locator('[tabindex="0"]')));
    for (let turn = 0; turn < 5 && !await focused(play.server(successor)); turn++) await page.keyboard.press('ArrowRight');
    await expect(play.server(successor)).toBeFocused();
    await expect(play.server(successor)).toHaveAccessibleName(new RegExp(`${names.roles.leader}, .*${generation}`));

    await press(page, play.button('retry'));
    await playUntil(page, play, names.fromCache);
    await expect.poll(() => play.serversWith('cheolsu', '80,000', 2), 'no second sword').toBe(0);
  });
}

test('every step can be taken with the keyboard and is told', async ({ page }) => {
  const play = await Playground.open(page, { params: { seed: 7, autoplay: 0 } });
  await tabTo(page, play.button('stepForward'));
  const [, , letter] = await play.stepUntil(play.names.leads, { press: () => page.keyboard.press('Enter') });
  await expect(play.status).toContainText(`${letter} leads generation 1`);
  await expect(play.server(letter, 'leader')).toHaveCount(1);
  for (let step = 0; step < 3; step++) {
    await play.step(() => page.keyboard.press('Enter'));
    const line = (await play.lines()).at(-1);
    await expect(play.status, 'what a step brought is told').toHaveText(line.replace(/^\S+ s /, ''));
  }
});

test('the menu of a server is opened, used and closed with the keyboard', async ({ page }) => {
  const play = await Playground.open(page, { params: { seed: 7, autoplay: 0 } });
  await tabTo(page, play.server('A'));
  await page.keyboard.press('Enter');
  const menu = page.getByRole('menu');
  await expect(menu.getByRole('menuitem', { name: 'Crash', exact: true })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(menu).toHaveCount(0);
  await expect(play.server('A')).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(play.server('A', 'down')).toHaveCount(1);
  await expect(play.server('A')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(menu.getByRole('menuitem', { name: 'Crash', exact: true })).toHaveAttribute('aria-disabled', 'true');
  await menu.getByRole('menuitem', { name: 'Restart', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(play.server('A', 'follower')).toHaveCount(1);
});

test('the event list is one stop of the Tab key, its lines are reached by the arrows', async ({ page }) => {
  const play = await Playground.open(page, { params: { seed: 7, autoplay: 0, at: 6000 } });
  const lines = play.events.getByRole('button');
  await expect(lines.nth(20)).toBeAttached();
  await tabTo(page, play.events);
  await page.keyboard.press('End');
  await expect(lines.last()).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(lines.nth(-2)).toBeFocused();
  await page.keyboard.press('Home');
  await expect(lines.first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  const [second] = (await play.lines()).slice(1);
  await page.keyboard.press('Enter');
  await expect.poll(() => play.lines().then(lines => lines.at(-1))).toBe(second);
  await expect.poll(() => play.lines().then(lines => lines.length)).toBe(2);
});
