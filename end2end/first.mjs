// Finds out which functions of the two programs run until somebody who comes for the first time can use what is there: opens the home page
// and the first lesson of a site whose programs tell it (`split mark`), and writes the numbers of those functions as JSON.
// `cargo xtask dist` runs it: node first.mjs <address of the served site> <folder for page.json and worker.json>
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { foretellAndWatch } from './support/first.mjs';

const [, , site, folder] = process.argv;
if (!folder) throw new Error('say where the site is served, and where to write');

/** How people come: with a mouse or a finger, large or small, in light or dark, with or without movement. */
const VISITORS = [
  { viewport: { width: 1280, height: 800 } },
  { viewport: { width: 1366, height: 768 }, colorScheme: 'dark', reducedMotion: 'reduce' },
  { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  { viewport: { width: 390, height: 844 } },
];

/** Where they come, and what they do there. */
const PLACES = { 'ko/': null, 'en/': null, 'ko/single-server/': foretellAndWatch, 'en/single-server/': foretellAndWatch };

/** How long they look on: animation, signs and numbers come up in it. */
const LOOK_MS = 7_000;

/** In the place of chance, from which a page takes its seed: the same programs give the same parts, as far as clocks allow. */
function withoutChance() {
  let next = 1;
  crypto.getRandomValues = bytes => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength).fill(next++) && bytes;
}

/** The functions of a program that have run, seen from where it runs. */
function ran(program) {
  const exports = Object.entries(self.parts[program].first);
  return exports.filter(([name, mark]) => name.startsWith('ran:') && mark.value === 1).map(([name]) => Number(name.slice('ran:'.length)));
}

const asRoot = process.getuid?.() === 0;
const browser = await chromium.launch({ executablePath: process.env.CHROME, args: asRoot ? ['--no-sandbox'] : [] });
const first = { page: new Set(), worker: new Set() };

/** Opens a page and does there what its visitor does first, then comes back to it. */
async function visit(visitor, place, act) {
  const context = await browser.newContext(visitor);
  await context.addInitScript(withoutChance);
  const page = await context.newPage();
  await page.route(/_rest\.wasm/, () => {}); // never comes
  await page.goto(new URL(place, site).href);
  await ready(page);
  // Where time runs by itself the worker can wait for the rest without anybody noticing; the page cannot, and nobody else.
  if (!act) await note(page.workers()[0], 'worker');
  await act?.(page);
  await page.waitForTimeout(LOOK_MS);
  if (act) await note(page.workers()[0], 'worker');
  await note(page, 'page');
  await page.reload();
  await ready(page);
  await note(page.workers()[0], 'worker');
  await note(page, 'page');
  await context.close();
}

async function ready(page) {
  await page.waitForSelector('html[data-ready]', { state: 'attached' });
}

/** Notes what has run so far of a program, where it runs. */
async function note(where, program) {
  if (!where) throw new Error('the worker did not come up on the first rung');
  for (const number of await where.evaluate(ran, program)) first[program].add(number);
}

await Promise.all(VISITORS.map(async visitor => {
  for (const [place, act] of Object.entries(PLACES)) await visit(visitor, place, act);
}));
await browser.close();
for (const [program, numbers] of Object.entries(first)) {
  await writeFile(path.join(folder, `${program}.json`), JSON.stringify([...numbers].sort((a, b) => a - b)));
}
