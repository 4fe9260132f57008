// Looking closer and doing more: a server, a message, a link, a wall drawn by hand, the rules, undo, the picture of the whole run.
import AxeBuilder from '@axe-core/playwright';
import { LANGUAGES } from '../support/addresses.mjs';
import { Playground } from '../support/page.mjs';
import { test, expect } from '../support/test.mjs';

const PARAMS = { seed: 7, autoplay: 0, speed: 10 };

/** A paused sandbox whose first leader has just been elected. */
async function elected(page, lang = 'en') {
  const play = await Playground.open(page, { lang, path: 'sandbox/', params: PARAMS });
  await play.runUntil(play.names.leads);
  return play;
}

const closer = play => play.page.getByRole('region', { name: play.names.closerLook, exact: true });

test('where a closer look would lie over the menu it is asked for, and Escape closes it', async ({ page }) => {
  const play = await Playground.open(page, { path: 'heartbeat/', params: { autoplay: 0 } });
  await play.server('C').press('Enter');
  await expect(page.getByRole('menu')).toBeVisible();
  await expect(closer(play)).toHaveCount(0);
  await page.getByRole('menuitem', { name: play.names.closerLook, exact: true }).press('Enter');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await expect(closer(play)).toContainText(play.names.closerServer('C'));
  await page.keyboard.press('Escape');
  await expect(closer(play)).toHaveCount(0);
  await expect(play.server('C')).toBeFocused();
});

for (const lang of LANGUAGES) {
  test(`who opens a server's menu looks at the server, in ${lang}`, async ({ page }) => {
    const play = await elected(page, lang);
    await play.server('B', 'follower').press('Enter');
    await expect(closer(play)).toContainText(play.names.closerServer('B'));
    await page.keyboard.press('Escape');
    await expect(closer(play)).toContainText(play.names.closerServer('B'), { timeout: 1_000 });
    await closer(play).getByRole('button', { name: play.names.pauseProcess, exact: true }).click();
    await expect(closer(play).getByRole('button', { name: play.names.resumeProcess, exact: true })).toBeVisible();
    await closer(play).getByRole('button', { name: play.names.close, exact: true }).click();
    await expect(closer(play)).toHaveCount(0);
  });
}

test('the closer look shows what is on the disk of the server, and of no other one', async ({ page }) => {
  const play = await elected(page);
  await play.button('buy').click();
  await play.runUntil(play.names.learned(1));
  const records = closer(play).locator('.platter tbody.log tr');
  for (const server of ['A', 'B']) {
    await play.server(server).click();
    await page.keyboard.press('Escape');
    await expect(closer(play)).toContainText(play.names.closerServer(server));
    await expect(records, `those of ${server}`).toHaveCount(3);
  }
  await closer(play).getByRole('button', { name: 'Damage last record', exact: true }).click();
  await expect(records.last()).toContainText('damaged');
});

test('in a small window the menu of a server stays inside it', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 568 });
  const play = await Playground.open(page, { path: 'sandbox/', params: { autoplay: 0 } });
  for (const server of ['A', 'B', 'C', 'D', 'E']) {
    await play.server(server).press('Enter');
    const box = await page.getByRole('menu').boundingBox();
    expect(box.x, server).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width, server).toBeLessThanOrEqual(320);
    expect(box.y, server).toBeGreaterThanOrEqual(0);
    expect(box.y + box.height, server).toBeLessThanOrEqual(568);
    await page.keyboard.press('Escape');
  }
});

test('a message is reached from its server and taken away', async ({ page }) => {
  const play = await elected(page);
  await play.server('A', 'leader').click();
  await page.keyboard.press('Escape');
  await closer(play).getByRole('button', { name: /^append, generation 1, from A to B/ }).click();
  await expect(closer(play)).toContainText('The leader sends entries');
  await closer(play).getByRole('button', { name: 'Take away', exact: true }).click();
  await expect(closer(play)).toContainText('It is no longer there.');
  await expect.poll(async () => (await play.lines()).at(-1)).toMatch(/A → B: append is taken away/);
});

test('a message on the stage is looked at by a click', async ({ page }) => {
  const play = await elected(page);
  await page.locator('.packet.append').first().click();
  await expect(closer(play).getByRole('heading', { level: 2 })).toHaveText(/^append, generation 1, from A to/);
});

test('a link is cut one way and healed', async ({ page }) => {
  const play = await elected(page);
  await play.server('B').click();
  await page.keyboard.press('Escape');
  await closer(play).getByRole('button', { name: 'B – C: works', exact: true }).click();
  await closer(play).getByRole('button', { name: 'Cut →', exact: true }).click();
  await expect(closer(play)).toContainText('B → C: cut, whatever is sent is lost.');
  await expect(closer(play)).toContainText('C → B: messages arrive.');
  await closer(play).getByRole('button', { name: 'Heal →', exact: true }).click();
  await expect(closer(play)).toContainText('B → C: messages arrive.');
});

test('a wall drawn across the stage parts the cluster, and what is missing is said', async ({ page }) => {
  const play = await elected(page);
  const area = await play.stage.boundingBox();
  const at = (x, y) => [area.x + area.width * x, area.y + area.height * y];
  await page.mouse.move(...at(0.3, 0.55));
  await page.mouse.down();
  await page.mouse.move(...at(0.98, 0.55), { steps: 5 });
  await page.mouse.up();
  await expect.poll(async () => (await play.lines()).at(-1)).toMatch(/The network is partitioned: (ABE \| CD|CD \| ABE)/);
  await play.server('E').click();
  await page.keyboard.press('Escape');
  await closer(play).getByRole('button', { name: 'Crash', exact: true }).click();
  await expect(page.getByRole('note')).toContainText('at most 2 running servers reach each other, and 3 are needed');
});

test('a slip of the mouse draws no wall', async ({ page }) => {
  const play = await elected(page);
  const before = (await play.lines()).length;
  const area = await play.stage.boundingBox();
  await page.mouse.move(area.x + 20, area.y + 20);
  await page.mouse.down();
  await page.mouse.move(area.x + 30, area.y + 25);
  await page.mouse.up();
  await page.waitForTimeout(200);
  expect((await play.lines()).length).toBe(before);
});

test('a rule is switched off, which is said for good, and on again', async ({ page }) => {
  const play = await elected(page);
  const rule = page.getByRole('combobox', { name: 'Idempotent receiver', exact: true });
  await rule.selectOption('off');
  await expect(page.getByRole('note')).toContainText('duplicates are not recognised');
  await page.getByRole('button', { name: 'Everything right again', exact: true }).click();
  await expect(page.getByRole('note')).toHaveCount(0);
  await expect(rule).toHaveValue('replicated');
});

test('a rule of the disks and the number of servers start over', async ({ page }) => {
  const play = await elected(page);
  await page.getByRole('combobox', { name: 'Write-ahead log ↺', exact: true }).selectOption('in-place');
  await expect(page.getByRole('note')).toContainText('overwritten in place');
  expect(await play.at()).toBe(0);
  await page.getByRole('combobox', { name: 'Servers ↺', exact: true }).selectOption('3');
  await expect(play.server()).toHaveCount(3);
  await expect(page.getByRole('note')).toContainText('overwritten in place');
});

test('undo takes back an action and redo does it again, by key and by button', async ({ page }) => {
  const play = await elected(page);
  await play.button('crashLeader').click();
  await expect(play.server('A', 'down')).toBeVisible();
  await play.stage.getByRole('button').first().focus();
  await page.keyboard.press('ControlOrMeta+z');
  await expect(play.server('A', 'leader')).toBeVisible();
  await page.keyboard.press('ControlOrMeta+Shift+z');
  await expect(play.server('A', 'down')).toBeVisible();
  await play.button('undo').click();
  await expect(play.server('A', 'leader')).toBeVisible();
  await expect(play.button('undo')).toHaveAttribute('aria-disabled', 'true');
  await play.button('redo').click();
  await expect(play.server('A', 'down')).toBeVisible();
});

test('Shift and an arrow jump from key event to key event', async ({ page }) => {
  const play = await elected(page);
  await play.server('A').focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(async () => (await play.lines()).at(-1)).toMatch(play.names.commits);
  await page.keyboard.press('Shift+ArrowLeft');
  await expect.poll(async () => (await play.lines()).at(-1)).toMatch(play.names.leads);
});

test('the slider shows who led when, and the crash', async ({ page }) => {
  const play = await elected(page);
  await play.runUntil(play.names.commits);
  await play.button('crashLeader').click();
  await play.runUntil(play.names.leads);
  await play.runUntil(play.names.commits);
  const timeline = page.locator('.timeline');
  await expect(timeline.locator('.band:not(:has(.nobody))')).toHaveCount(2);
  await expect(timeline.locator('.moment.crash')).toHaveCount(1);
  await play.time.fill('0');
  await expect(timeline.locator('.moment.crash'), 'going back forgets nothing').toHaveCount(1);
});

test('theme, large type and letters are chosen in the view menu', async ({ page }) => {
  const play = await elected(page);
  await play.server('A').focus();
  const theme = page.getByRole('combobox', { name: 'Theme', exact: true });
  await page.keyboard.press('?');
  await expect(theme).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(theme, 'although the focus stayed on the stage').toHaveCount(0);
  await page.keyboard.press('?');
  const html = page.locator('html');
  await page.getByRole('combobox', { name: 'Theme', exact: true }).selectOption('contrast');
  await expect(html).toHaveAttribute('data-theme', 'contrast');
  await page.getByRole('combobox', { name: 'Theme', exact: true }).selectOption('auto');
  await expect(html).not.toHaveAttribute('data-theme', /./);
  await page.getByLabel('Single-letter keys', { exact: true }).uncheck();
  await page.getByLabel('Large type for a hall', { exact: true }).check();
  await expect(html).toHaveAttribute('data-present', '1');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('combobox', { name: 'Theme', exact: true })).toHaveCount(0);
  await play.server('A').focus();
  await page.keyboard.press('c');
  await page.waitForTimeout(200);
  await expect(play.server('A', 'leader'), 'letters are off').toBeVisible();
});

for (const theme of ['light', 'dark', 'contrast', 'projector']) {
  test(`axe finds nothing with everything open, ${theme}`, async ({ page }) => {
    const play = await Playground.open(page, { path: 'sandbox/', params: { ...PARAMS, theme } });
    await play.runUntil(play.names.leads);
    await play.server('B').click();
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: 'Idempotent receiver', exact: true }).selectOption('off');
    await play.button('view').click();
    await page.waitForTimeout(300);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target).join(' ')}`)).toEqual([]);
  });
}

test('a link opens at its moment, and stands', async ({ page }) => {
  const play = await Playground.open(page, { path: 'sandbox/' + '#s=v1AwAHmFwAAAKIJ9AA0A8CNgk' });
  await expect(play.server('D', 'leader')).toBeVisible();
  await expect(play.server('A', 'down')).toBeVisible();
  await expect(play.button('play'), 'a moment is looked at before time goes on').toBeVisible();
  await play.button('startOver').click();
  await expect(play.leader).toHaveCount(0);
  expect(await play.at()).toBe(0);
});

test('a link that cannot be read says so, and a fresh run is there', async ({ page }) => {
  const play = await Playground.open(page, { path: 'sandbox/' + '#s=v1AwAHmFwAAAKIJ9AA0A8CNgkX' });
  await expect(page.getByText('A part of this link is missing or changed')).toBeVisible();
  await expect(play.server()).toHaveCount(5);
});

test('another link in the same page opens there', async ({ page }) => {
  const play = await Playground.open(page, { path: 'sandbox/', params: PARAMS });
  await page.evaluate(() => (location.hash = '#s=v1AwAHmFwAAAKIJ9AA0A8CNgk'));
  await expect(play.server('D', 'leader')).toBeVisible();
});

test('large type can be read from the back row: no text on the stage is smaller than 24 pixels on a projector', async ({ page }) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  const play = await Playground.open(page, { path: 'sandbox/', params: { ...PARAMS, present: 1, theme: 'projector' } });
  await play.button('play').click();
  await expect(play.leader).toHaveCount(1, { timeout: 15_000 });
  await play.button('buy').click();
  await page.waitForTimeout(100);
  await play.pause();
  const small = await play.stage.evaluate(stage => {
    return [...stage.querySelectorAll('text')]
      .filter(text => text.textContent && text.getClientRects().length > 0)
      .map(text => [text.textContent, text.parentElement.getAttribute('class'), parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a])
      .filter(([, , size]) => size < 24);
  });
  expect(small).toEqual([]);
});

test('a place of the logs is looked at, by mouse and by keyboard', async ({ page }) => {
  const play = await elected(page);
  await play.runUntil(play.names.commits);
  await play.table('logs').getByRole('button', { name: '1', exact: true }).click();
  await expect(closer(play)).toContainText('Entry 1');
  await expect(closer(play)).toContainText('Known to be committed: A.');
  await closer(play).getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByRole('group', { name: 'Logs', exact: true }).press('ArrowRight');
  await expect(closer(play)).toContainText('Entry 1');
});

test('the other language takes this moment along', async ({ page }) => {
  const play = await elected(page);
  await play.button('crashLeader').click();
  await play.runUntil(play.names.leads);
  const servers = await play.cells('servers');
  await page.getByRole('link', { name: '한국어', exact: true }).click();
  await page.waitForURL(/\/ko\/sandbox\/.*#s=v1/);
  const korean = new Playground(page, 'ko');
  await korean.ready();
  const numbers = rows => rows.slice(1).map(row => [row[0], ...row.slice(2)].join(' ').replace('none', '없음'));
  expect(numbers(await korean.cells('servers'))).toEqual(numbers(servers));
  await expect(korean.server('A', 'down')).toBeVisible();
});
