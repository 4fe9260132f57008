// Takes the picture that previews of links show, preview.png, of every page with a simulation, and puts it beside the page.
// `cargo xtask dist --site …` runs it: node previews.mjs <address of the served site> <its folder>
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from '@playwright/test';

const [, , site, folder] = process.argv;
if (!folder) throw new Error('say where the site is served, and its folder');

/** What previews of links want. */
const SIZE = { width: 1200, height: 630 };

/** A moment at which something is going on: messages are under way between the servers. */
const MOMENT_MS = 1_100;

/** The folders of all pages with a simulation. */
async function pages() {
  const files = await readdir(folder, { recursive: true });
  const found = [];
  for (const file of files.filter(file => path.basename(file) === 'index.html' && path.dirname(file) !== '.')) {
    const html = await readFile(path.join(folder, file), 'utf8');
    if (/data-page="(home|sandbox|lesson)"/.test(html)) found.push(path.dirname(file));
  }
  return found.sort();
}

const asRoot = process.getuid?.() === 0;
const browser = await chromium.launch({ executablePath: process.env.CHROME, args: asRoot ? ['--no-sandbox'] : [] });
const page = await browser.newPage({ viewport: SIZE, colorScheme: 'light' });
for (const place of await pages()) {
  const query = new URLSearchParams({ embed: '1', controls: 'none', present: '1', seed: '7', at: String(MOMENT_MS) });
  await page.goto(`${new URL(`${place.split(path.sep).join('/')}/`, site).href}?${query}`);
  await page.waitForSelector('html[data-ready]');
  await page.waitForTimeout(200);
  await page.screenshot({ path: path.join(folder, place, 'preview.png') });
}
await browser.close();
