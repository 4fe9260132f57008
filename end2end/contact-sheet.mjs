// Takes the pictures of docs/contact-sheet.md: the twelve moments of tests/moments, opened by their share strings, in three sizes, light
// and dark, in both languages; a sheet for each; three moments of each lesson; and the pages around it with the share dialog. Against a
// site that is being served:
//
//   node end2end/contact-sheet.mjs http://localhost:8080/ [sizes…]
//
// It is no test: the pictures are for looking at.
import { chromium } from '@playwright/test';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const [, , site, ...only] = process.argv;
if (!site) throw new Error('say where the site is served');

const here = path => fileURLToPath(new URL(path, import.meta.url));
const SIZES = { 390: { height: 844, columns: 6 }, 1280: { height: 800, columns: 3 }, 1920: { height: 1080, columns: 3 } };
const SHEET_WIDTH = 1800;

/** The moments: name and share string, in the order of their names. */
async function moments() {
  const files = (await readdir(here('../tests/moments'))).sort();
  return Promise.all(files.map(async file => {
    const [link] = (await readFile(here(`../tests/moments/${file}`), 'utf8')).split('\n');
    return { name: file.replace('.txt', ''), link };
  }));
}

async function picture(browser, { link }, { width, height, theme, lang }) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: theme });
  await page.goto(`${site}${lang}/sandbox/${link}`);
  await page.waitForSelector('html[data-ready]');
  await page.waitForTimeout(150);
  const image = await page.screenshot({ type: 'jpeg', quality: 80 });
  await page.close();
  return image.toString('base64');
}

const LESSONS = ['single-server', 'stateless-web-servers', 'write-ahead-log', 'leader-and-followers', 'heartbeat', 'generation-clock', 'majority-quorum',
  'high-water-mark', 'update-queue', 'idempotent-receiver'];

/** Three moments of a lesson: its question, its third pause, and both worlds at the end of its guided run, where it has wrong ones. */
async function lessonPictures(browser, name, { width, height, theme, lang }) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: theme });
  const images = [];
  const take = async what => {
    await page.evaluate(() => scrollTo(0, 0));
    const image = await page.screenshot({ type: 'jpeg', quality: 80 });
    images.push({ name: `${name}: ${what}`, image: image.toString('base64') });
  };
  const press = action => page.locator(`#lesson [data-do="${action}"]:visible`).first().click();
  const pauses = async count => {
    for (let pause = 1; pause <= count; pause++) {
      if (pause > 1) await press('continue');
      await page.locator('.playback select').selectOption('10');
      await page.waitForFunction(nth => document.querySelectorAll('.chunks [data-state="now"]')[0]?.dataset.chunk === String(nth), pause);
      await page.waitForTimeout(300);
    }
  };
  await page.goto(`${site}${lang}/${name}/`);
  await page.waitForSelector('html[data-ready]');
  await take('the question');
  await press('skip');
  await pauses(3);
  await take('the third pause');
  await page.locator('[data-to="why"]').click();
  const beside = page.locator('.worlds [data-do="beside"]').first();
  if (await beside.count()) {
    await beside.click();
    await pauses(await page.locator('.chunks').first().locator('li').count());
    await take('both worlds');
  }
  await page.close();
  return images;
}

const SHARE = { en: 'Share', ko: '공유' };

/** Home, the share dialog with both its tabs, a frame, and the pages of text. */
async function otherPictures(browser, { width, height, theme, lang }) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: theme });
  const images = [];
  const take = async name => {
    const image = await page.screenshot({ type: 'jpeg', quality: 80 });
    images.push({ name, image: image.toString('base64') });
  };
  const open = async path => {
    await page.goto(`${site}${lang}/${path}`);
    if (await page.locator('#stage').count()) await page.waitForSelector('html[data-ready]');
    await page.waitForTimeout(300);
  };
  await open('?autoplay=0&seed=7&at=4000');
  await take('home');
  await page.getByRole('button', { name: SHARE[lang], exact: true }).click();
  await page.waitForTimeout(300);
  await take('share: link and picture');
  await page.locator('dialog .parts button').last().click();
  await page.waitForTimeout(1_500); // until the preview is there
  await take('share: for your page');
  for (const path of ['?embed=1&seed=7&at=4000', 'gallery/', 'lecturers/', 'glossary/']) {
    await open(path);
    await take(path);
  }
  await page.close();
  return images;
}

async function sheet(browser, all, kind, columns) {
  const width = Math.floor((SHEET_WIDTH - 12 * (columns + 1)) / columns);
  const figures = all.map(({ name, image }) => `<figure><img src="data:image/jpeg;base64,${image}" width="${width}"><figcaption>${name}</figcaption></figure>`);
  const page = await browser.newPage({ viewport: { width: SHEET_WIDTH, height: 600 } });
  await page.setContent(`<style>body{margin:12px;display:grid;grid-template-columns:repeat(${columns},1fr);gap:12px;font:14px sans-serif;background:#888}
    figure{margin:0;background:#fff}figcaption{padding:4px 8px}img{display:block}</style>${figures.join('')}`);
  await page.screenshot({ path: here(`../docs/contact-sheet/${kind}.jpg`), type: 'jpeg', quality: 62, fullPage: true });
  await page.close();
}

const browser = await chromium.launch({ executablePath: process.env.CHROME, args: ['--no-sandbox'] });
await mkdir(here('../docs/contact-sheet'), { recursive: true });
const named = await moments();
for (const [width, { height, columns }] of Object.entries(SIZES)) {
  if (only.length > 0 && !only.includes(width)) continue;
  for (const theme of ['light', 'dark']) {
    for (const lang of ['en', 'ko']) {
      const all = [];
      for (const moment of named) {
        all.push({ ...moment, image: await picture(browser, moment, { width: Number(width), height, theme, lang }) });
      }
      await sheet(browser, all, `${width}-${theme}-${lang}`, columns);
      // What differs between the looks has been seen above: lessons in one look each.
      if ((theme === 'dark') !== (lang === 'ko')) continue;
      const lessons = [];
      for (const lesson of LESSONS) {
        lessons.push(...await lessonPictures(browser, lesson, { width: Number(width), height, theme, lang }));
      }
      await sheet(browser, lessons, `lessons-${width}-${theme}-${lang}`, columns);
      const others = await otherPictures(browser, { width: Number(width), height, theme, lang });
      await sheet(browser, others, `pages-${width}-${theme}-${lang}`, columns);
    }
  }
}
await browser.close();
