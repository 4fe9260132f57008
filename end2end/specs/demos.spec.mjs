// The switches of the map: each opens a run of the sandbox that breaks a promise without the pattern, and none with it.
import { site } from '../support/addresses.mjs';
import { Playground } from '../support/page.mjs';
import { test, expect } from '../support/test.mjs';

const SWITCH = { en: { off: 'Switch it off', on: 'Leave it on' }, ko: { off: '꺼 보기', on: '켠 채로 보기' } };

/** Each pattern with the promise that breaks without it. */
const DEMOS = [
  ['Business logic apart from data', 'Who asks for the latest state is shown the latest'],
  ['Write-Ahead Log', 'Money and goods are conserved, nobody falls below zero'],
  ['Leader and Followers', 'All servers carry out the same in the same order'],
  ['HeartBeat', 'At most one leader in each generation'],
  ['Generation Clock', 'All servers carry out the same in the same order'],
  ['Majority Quorum', 'What was answered “bought” is never lost'],
  ['High-Water Mark', 'All servers carry out the same in the same order'],
  ['Singular Update Queue', 'Money and goods are conserved, nobody falls below zero'],
  ['Idempotent Receiver', 'Each request is carried out at most once'],
];

/** Follows a switch of a page; gives the run, which stands at its beginning. */
async function follow(page, lang, pattern, side) {
  const switches = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: pattern, exact: true }) });
  await switches.getByRole('link', { name: SWITCH[lang][side], exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/${lang}/sandbox/#s=v1[\\w-]+$`));
  const play = new Playground(page, lang);
  await play.ready();
  await expect.poll(() => play.at()).toBe(0);
  return play;
}

async function playFast(play) {
  await play.page.getByRole('combobox', { name: play.names.speed }).selectOption('4');
  await play.button('play').click();
}

/** What the sandbox says above the stage. */
const told = page => page.locator('#lesson .goal');

for (const [pattern, promise] of DEMOS) {
  const tag = pattern === 'Leader and Followers' ? [] : ['@long'];
  test(`the map leads to a demo without ${pattern}: a promise breaks`, { tag }, async ({ page }) => {
    await page.goto(site('/', 'en/'));
    const play = await follow(page, 'en', pattern, 'off');
    await expect(page.getByRole('note')).toBeVisible();
    await expect(page.getByRole('alert')).toHaveText('');
    await expect(told(page)).toContainText(new RegExp(`^${pattern}, switched off\\. .+ Press play\\.$`));
    await playFast(play);
    await expect(page.getByRole('alert')).toContainText(promise);
    await expect(play.button('play'), 'time stands where it breaks').toBeVisible();
    await play.button('startOver').click();
    await expect(told(page), 'a run of the visitor’s own').toContainText('Everything is allowed here');
  });

  test(`the map leads to the same with ${pattern}: none breaks`, { tag }, async ({ page }) => {
    await page.goto(site('/', 'en/'));
    const play = await follow(page, 'en', pattern, 'on');
    await expect(told(page)).toContainText(`${pattern}, left on.`);
    await playFast(play);
    await expect.poll(() => play.at(), { timeout: 15_000 }).toBeGreaterThan(12_000);
    await expect(page.getByRole('note')).toHaveCount(0);
    await expect(page.getByRole('alert')).toHaveText('');
  });
}

test('in the sandbox a demo opens in place, "Play" is next, and a second time it begins again', async ({ page }) => {
  const play = await Playground.open(page, { lang: 'ko', path: 'sandbox/', params: { autoplay: 0, theme: 'dark' } });
  const link = pattern => page.getByRole('listitem').filter({ hasText: pattern }).getByRole('link', { name: SWITCH.ko.off });
  const isNext = async () => {
    await expect(play.button('play')).toBeFocused();
    await expect(play.button('play')).toBeInViewport({ ratio: 0.9 });
    await expect.poll(() => play.at()).toBe(0);
  };
  await link('멱등 수신자').click();
  await expect(page.getByRole('note')).toContainText('중복');
  await isNext();
  await page.keyboard.press('Enter');
  await expect(play.status).toContainText('1세대 리더');
  await link('멱등 수신자').click();
  await isNext();
  await expect(play.status, 'nothing has happened yet').not.toContainText('1세대 리더');
  // Another world has another stage, of another height.
  await link('비즈니스 로직과 데이터의 분리').click();
  await expect(page.getByRole('note')).toContainText('웹 서버');
  await isNext();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});
