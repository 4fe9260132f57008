// Finds out which places of the two programs somebody comes to who comes for the first time: in the first lesson until its first pause,
// and next, on the home page and while looking on. Opens a site whose programs tell it (`split mark`), and writes the numbers of those
// places as JSON, a list for each part but the last one.
// `cargo xtask dist` runs it: node first.mjs <address of the served site> <folder for page.json and worker.json>
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { foretellAndWatch } from './support/first.mjs';

/** The programs that tell it have no later parts: the next ones are empty here, and the rest never comes, as for who has just come. */
async function withoutLater(page) {
  const empty = Buffer.from('0061736d01000000', 'hex');
  await page.route(/_next\.wasm/, route => route.fulfill({ contentType: 'application/wasm', body: empty }));
  await page.route(/_rest\.wasm/, () => {});
}

const [, , site, folder] = process.argv;
if (!folder) throw new Error('say where the site is served, and where to write');

/** How people come: with a mouse or a finger, large or small, in light or dark, with or without movement. */
const VISITORS = [
  { viewport: { width: 1280, height: 800 } },
  { viewport: { width: 1366, height: 768 }, colorScheme: 'dark', reducedMotion: 'reduce' },
  { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  { viewport: { width: 390, height: 844 } },
];

/** Where they come, and what they do there that must not wait. */
const PLACES = { 'ko/': null, 'en/': null, 'ko/single-server/': foretellAndWatch, 'en/single-server/': foretellAndWatch };

/** How long what they do first goes on behind what can be seen of it: until nothing moves that it has set in motion. */
const SETTLE_MS = 1_500;

/** How long they look on: animation, signs and numbers come up in it. */
const LOOK_MS = 7_000;

/** In the place of chance, from which a page takes its seed: the same programs give the same parts, as far as clocks allow. */
function withoutChance(seed) {
  let next = seed;
  crypto.getRandomValues = bytes => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength).fill(next++) && bytes;
}

/** The places of a program that somebody came to, seen from where it runs. */
function ran(program) {
  const places = new Uint8Array(self.parts[program].before.ran.buffer);
  return [...places.keys()].filter(place => places[place] === 1);
}

const asRoot = process.getuid?.() === 0;
const browser = await chromium.launch({ executablePath: process.env.CHROME, args: asRoot ? ['--no-sandbox'] : [] });
const PROGRAMS = ['page', 'worker'];
const first = { page: new Set(), worker: new Set() };
const next = { page: new Set(), worker: new Set() };
let seed = 1;

/** Opens a page and does there what its visitor does first, then comes back to it. */
async function visit(visitor, place, act) {
  const context = await browser.newContext(visitor);
  await context.addInitScript(withoutChance, seed++);
  const page = await context.newPage();
  await withoutLater(page);
  await page.goto(new URL(place, site).href);
  await ready(page);
  await note(page, act ? first : next);
  await act?.(page);
  await page.waitForTimeout(SETTLE_MS);
  await note(page, act ? first : next);
  await page.waitForTimeout(LOOK_MS);
  await note(page, next);
  await page.reload();
  await ready(page);
  await note(page, next);
  await context.close();
}

async function ready(page) {
  await page.waitForSelector('html[data-ready]', { state: 'attached' });
}

/** Notes where somebody has come so far. */
async function note(page, places) {
  const [worker] = page.workers();
  if (!worker) throw new Error('the worker did not come up on the first rung');
  for (const [program, where] of Object.entries({ page, worker })) {
    for (const place of await where.evaluate(ran, program)) places[program].add(place);
  }
}

await Promise.all(VISITORS.map(async visitor => {
  for (const [place, act] of Object.entries(PLACES)) await visit(visitor, place, act);
}));
await browser.close();
for (const program of PROGRAMS) {
  const parts = [first, next].map(places => [...places[program]].sort((a, b) => a - b));
  await writeFile(path.join(folder, `${program}.json`), JSON.stringify(parts));
}
