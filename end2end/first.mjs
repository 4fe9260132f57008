// Finds out which places of the two programs somebody comes to who comes for the first time: in the first lesson until its guided run
// has begun, and next, up to its first pause, while looking on, and on the home page. Opens a site whose programs tell it (`split mark`), and writes the numbers of those
// places as JSON, a list for each part but the last one.
// `cargo xtask dist` runs it: node first.mjs <address of the served site> <folder for page.json and worker.json>
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { foretell, watchOn } from './support/first.mjs';

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

/** Where they come, and what the page must do there without waiting, and what next. */
const PLACES = { 'ko/': [], 'en/': [], 'ko/single-server/': [foretell, watchOn], 'en/single-server/': [foretell, watchOn] };

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

/** Keeps what a page has come to when it has answered a press of Start: two pictures later, and whatever else this machine does then. */
function keepAtStart(ran) {
  addEventListener('click', ({ target }) => {
    if (!target.closest?.('[data-do=start]')) return;
    const keep = () => { self.atStart = ran('page'); };
    requestAnimationFrame(() => requestAnimationFrame(keep));
  }, true);
}

const asRoot = process.getuid?.() === 0;
const browser = await chromium.launch({ executablePath: process.env.CHROME, args: asRoot ? ['--no-sandbox'] : [] });
const PROGRAMS = ['page', 'worker'];
const first = { page: new Set(), worker: new Set() };
const next = { page: new Set(), worker: new Set() };
let seed = 1;

/** Opens a page and does there what its visitor does first, then comes back to it. */
async function visit(visitor, place, [begin, goOn]) {
  const context = await browser.newContext(visitor);
  await context.addInitScript(withoutChance, seed++);
  await context.addInitScript(`(${keepAtStart})(${ran})`);
  const page = await context.newPage();
  await withoutLater(page);
  await page.goto(new URL(place, site).href);
  await ready(page);
  const [worker] = page.workers();
  if (!worker) throw new Error('the worker did not come up on the first rung');
  if (begin) {
    // The worker may wait for the next part without anybody noticing; the page must not.
    await note('worker', worker, first);
    await begin(page);
    await goOn(page);
    for (const place of await page.evaluate('self.atStart')) first.page.add(place);
  }
  await page.waitForTimeout(LOOK_MS);
  await note('worker', worker, next);
  await note('page', page, next);
  await page.reload();
  await ready(page);
  await note('worker', page.workers()[0], next);
  await note('page', page, next);
  await context.close();
}

async function ready(page) {
  await page.waitForSelector('html[data-ready]', { state: 'attached' });
}

/** Notes which places of a program somebody has come to so far, where it runs. */
async function note(program, where, places) {
  for (const place of await where.evaluate(ran, program)) places[program].add(place);
}

await Promise.all(VISITORS.map(async visitor => {
  for (const [place, acts] of Object.entries(PLACES)) await visit(visitor, place, acts);
}));
await browser.close();
for (const program of PROGRAMS) {
  const parts = [first, next].map(places => [...places[program]].sort((a, b) => a - b));
  await writeFile(path.join(folder, `${program}.json`), JSON.stringify(parts));
}
