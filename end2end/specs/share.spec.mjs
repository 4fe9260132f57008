// "Share": the link, the picture that carries it, the run as a file, and what others put into their pages.
import { readFile } from 'node:fs/promises';
import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { LANGUAGES } from '../support/addresses.mjs';
import { Host } from '../support/host.mjs';
import { Playground } from '../support/page.mjs';
import { test, expect } from '../support/test.mjs';

const PARAMS = { seed: 7, autoplay: 0, speed: 10 };
const NAMES = {
  en: { share: 'Share', link: 'Link to this moment', save: 'Save run', open: 'Open a run', embed: 'For your page or slides', where: 'Where', snippet: 'To be copied',
    moment: 'at this moment', noFile: /holds no run/, close: 'Close' },
  ko: { share: '공유', link: '이 순간의 링크', save: '실행 저장', open: '실행 열기', embed: '내 페이지나 슬라이드에 넣기', where: '넣을 곳', snippet: '복사할 내용',
    moment: '이 순간부터', noFile: /열 수 있는 실행이 없습니다/, close: '닫기' },
};

/** A run with a purchase in it, at a moment with messages in flight; its dialog is open. */
async function shared(page, lang = 'en') {
  const play = await Playground.open(page, { lang, path: 'sandbox/', params: PARAMS });
  await play.runUntil(play.names.leads);
  await play.button('buy').click();
  await play.step();
  await page.getByRole('button', { name: NAMES[lang].share, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  return { play, dialog, at: await play.at(), lines: await play.lines() };
}

async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

for (const lang of LANGUAGES) {
  test(`the link opens the same run at the same moment, in ${lang}`, async ({ page }) => {
    const { dialog, at, lines } = await shared(page, lang);
    const link = await dialog.getByLabel(NAMES[lang].link).inputValue();
    expect(link).toMatch(new RegExp(`/${lang}/sandbox/#s=v1[\\w-]+$`));
    await page.goto('about:blank');
    await page.goto(link);
    const again = new Playground(page, lang);
    await again.ready();
    expect(await again.at()).toBe(at);
    expect((await again.lines()).slice(-3)).toEqual(lines.slice(-3));
  });
}

test('the picture carries the link as text and as a code that can be read', async ({ page, browserName }) => {
  test.skip(browserName === 'firefox', 'downloads of a page are looked at in Chromium');
  const { dialog } = await shared(page);
  const link = await dialog.getByLabel(NAMES.en.link).inputValue();
  const svg = await saved(page, dialog.getByRole('button', { name: 'SVG' }));
  expect(svg.name).toMatch(/^playground-\d+ms\.svg$/);
  const text = svg.bytes.toString();
  expect(text.replaceAll(/<[^>]*>/g, '')).toContain(link);
  expect(text).toContain('Sandbox');
  expect(text, 'it needs no style sheet').not.toMatch(/class=|<style|var\(/);
  const png = PNG.sync.read((await saved(page, dialog.getByRole('button', { name: 'PNG' }))).bytes);
  expect(png.width).toBeGreaterThan(1_600);
  expect(jsQR(new Uint8ClampedArray(png.data), png.width, png.height)?.data).toBe(link);
});

test('a saved run opens again, chosen or dropped; another file changes nothing', async ({ page, browserName }) => {
  test.skip(browserName === 'firefox', 'downloads of a page are looked at in Chromium');
  const { dialog, at, play } = await shared(page);
  const run = await saved(page, dialog.getByRole('button', { name: NAMES.en.save }));
  await page.goto('about:blank');
  const fresh = await Playground.open(page, { path: 'sandbox/', params: { ...PARAMS, seed: 8 } });
  const file = (name, buffer) => ({ name, mimeType: 'text/plain', buffer });
  const choose = async chosen => {
    await page.getByRole('button', { name: NAMES.en.share, exact: true }).click();
    await page.getByLabel(NAMES.en.open).setInputFiles(chosen);
    await expect(page.getByRole('dialog')).toHaveCount(0);
  };
  await choose(file('notes.txt', Buffer.from('Dear diary')));
  await expect(page.getByText(NAMES.en.noFile)).toBeVisible();
  expect(await fresh.at(), 'nothing has changed').toBe(0);
  await choose(file(run.name, run.bytes));
  await expect.poll(() => fresh.at()).toBe(at);

  await play.button('startOver').click();
  await expect.poll(() => fresh.at()).toBe(0);
  await page.evaluate(text => {
    const data = new DataTransfer();
    data.items.add(new File([text], 'run.txt', { type: 'text/plain' }));
    document.querySelector('main').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  }, run.bytes.toString());
  await expect.poll(() => fresh.at()).toBe(at);
});

test('the snippet is the frame that the preview shows', async ({ page }) => {
  const { dialog, at } = await shared(page);
  await dialog.getByRole('button', { name: NAMES.en.embed }).click();
  const preview = dialog.locator('iframe');
  await expect(preview.contentFrame().locator('html[data-ready]')).toHaveCount(1);
  const inside = new Playground(preview.contentFrame(), 'en');
  expect(await inside.at()).toBe(at);
  const snippet = () => dialog.getByLabel(NAMES.en.snippet).inputValue();
  const source = /src="([^"]*)"/.exec(await snippet())[1].replaceAll('&amp;', '&');
  expect(source).toBe(await preview.getAttribute('src'));
  for (const [place, sign] of [['reveal', /data-src=.*host=slides/s], ['jupyter', /IFrame\(/], ['address', /^http\S+$/]]) {
    await dialog.getByLabel(NAMES.en.where).selectOption(place);
    expect(await snippet()).toMatch(sign);
  }
  await dialog.getByLabel(NAMES.en.moment).uncheck();
  expect(await snippet()).not.toContain('#s=');
});

test('Escape closes the dialog and the button has the focus again', async ({ page }) => {
  await shared(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByRole('button', { name: NAMES.en.share, exact: true })).toBeFocused();
});

test('on paper there is the picture, its moment, a link that can be clicked, and its code', async ({ page, browserName }) => {
  test.skip(browserName === 'firefox', 'only Chromium prints into a file');
  for (const params of [PARAMS, { ...PARAMS, embed: 1 }]) {
    const play = await Playground.open(page, { path: 'sandbox/', params });
    await play.step();
    await expect(page.locator('.on-paper a')).toHaveAttribute('href', /#s=v1/);
    const link = await page.locator('.on-paper a').getAttribute('href');
    const pdf = (await page.pdf()).toString('latin1');
    expect(pdf).toContain(`/URI (${link})`);
  }
});

test('the page around a frame prints the frame with a link that can be clicked', async ({ page, browserName }) => {
  test.skip(browserName === 'firefox', 'only Chromium prints into a file');
  const host = await Host.ready(page, { path: 'en/sandbox/', params: { seed: 7 } });
  await host.seek(4_321);
  const link = host.inside.locator('.on-paper a');
  await expect(link).toHaveAttribute('href', /#s=v1/);
  const address = await link.getAttribute('href');
  const pdf = (await page.pdf()).toString('latin1');
  expect(pdf).toContain(`/URI (${address})`);
});
