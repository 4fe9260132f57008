// A real Marp deck: Marp's own command makes it of hosts/marp.md, which holds what "Share" writes for Marp.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { marpCli } from '@marp-team/marp-cli';
import { HOSTS, site } from '../support/addresses.mjs';
import { clickInside } from '../support/host.mjs';
import { test, expect } from '../support/test.mjs';

const TITLE = 'The cluster';
const here = file => path.join(import.meta.dirname, '..', file);

// One after the other: they share the deck that is made here.
test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  const src = site('/', 'en/', { embed: 1, seed: 7, host: 'slides' });
  const source = await readFile(here('hosts/marp.md'), 'utf8');
  await mkdir(here('made'), { recursive: true });
  await writeFile(here('made/marp.md'), source.replace('SRC', src.replaceAll('&', '&amp;')));
  expect(await marpCli(['--html', '--quiet', '--no-stdin', here('made/marp.md'), '-o', here('made/marp.html')])).toBe(0);
});

/** Opens the deck and listens to the frame. */
async function open(page) {
  await page.route('**/favicon.ico', route => route.fulfill({ status: 204 })); // Marp's page names no icon
  await page.addInitScript(() => {
    if (window.parent !== window) return;
    window.heard = [];
    addEventListener('message', ({ data }) => data?.playground === 1 && window.heard.push(data));
    window.ask = command => new Promise(resolve => {
      const ref = `marp-${Math.random()}`;
      addEventListener('message', ({ data }) => data?.ref === ref && resolve(data));
      document.querySelector('iframe').contentWindow.postMessage({ playground: 1, ref, ...command }, '*');
    });
  });
  await page.goto(`${HOSTS}/made/marp.html`);
}

const state = page => page.evaluate(() => window.ask({ cmd: 'state' }));
const ready = page => page.waitForFunction(() => window.heard.some(({ ev }) => ev === 'ready'));
const shown = page => page.evaluate(() => location.hash);

test('in a Marp deck it plays when asked to, gives the keys back, and stands still on another slide', async ({ page }) => {
  await open(page);
  await page.keyboard.press('ArrowRight');
  await ready(page);
  expect(await state(page)).toMatchObject({ at: 0, playing: false });
  const frame = page.frameLocator(`iframe[title="${TITLE}"]`);
  await clickInside(page, TITLE, frame.getByRole('button', { name: 'Play' }));
  await expect.poll(async () => (await state(page)).at).toBeGreaterThan(300);
  await page.keyboard.press('ArrowRight'); // the click has not taken the keyboard away
  await expect.poll(() => shown(page)).toBe('#3');
  await page.waitForTimeout(500); // until the browser has told the frame
  const left = (await state(page)).at;
  await page.waitForTimeout(1_000); // real time passes, simulated time does not
  expect((await state(page)).at).toBe(left);
  await page.keyboard.press('ArrowLeft');
  await expect.poll(async () => (await state(page)).at, 'it goes on').toBeGreaterThan(left);
});

test('the clicker turns the slides of a Marp deck from inside the playground', async ({ page }) => {
  await open(page);
  await page.keyboard.press('ArrowRight');
  await ready(page);
  await page.frameLocator(`iframe[title="${TITLE}"]`).getByRole('button', { name: 'Step forward' }).focus();
  await page.keyboard.press('Escape');
  await page.keyboard.press('PageDown');
  await expect.poll(() => shown(page)).toBe('#3');
});
