// Finds out which places of the two programs somebody comes to who comes for the first time: in the first lesson until its guided run
// has begun, and next, up to its first pause, while looking on, and on the home page. Opens a site whose programs tell it (`split mark`),
// and writes the numbers of those places as JSON, a list for each part but the last one.
// `cargo xtask dist` runs it: node first.mjs <address of the served site> <folder for page.json and worker.json>
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { foretell, lookAway, pointAround, tryAround, watchOn, whenStarted, withoutChance } from './support/first.mjs';

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

/** Where they come, and what they do there. */
const PLACES = ['ko/', 'en/', 'ko/single-server/', 'en/single-server/'];

/** How often each of them comes: by chance, things go another way each time. */
const ROUNDS = 2;

/** How long they look on: animation, signs and numbers come up in it. */
const LOOK_MS = 8_000;

/** And then, with what follows from their last doing. */
const SETTLE_MS = 500;

/** The places of a program that somebody came to, seen from where it runs. */
function ran(program) {
  const places = new Uint8Array(self.parts[program].before.ran.buffer);
  return [...places.keys()].filter(place => places[place] === 1);
}

/** When what somebody does first is over: so many pictures after Start was pressed, when the run has begun to be seen. */
const BEGUN_PICTURES = 4;

const asRoot = process.getuid?.() === 0;
const browser = await chromium.launch({ executablePath: process.env.CHROME, args: asRoot ? ['--no-sandbox'] : [] });
const PROGRAMS = ['page', 'worker'];
const first = { page: new Set(), worker: new Set() };
const next = { page: new Set(), worker: new Set() };

/** Opens a page and does there what its visitor does first, then comes back to it. */
async function visit(visitor, place, seed) {
  const context = await browser.newContext(visitor);
  await context.addInitScript(withoutChance, seed);
  await whenStarted(context, BEGUN_PICTURES, `() => { self.begun = (${ran})('page'); }`);
  const page = await context.newPage();
  await withoutLater(page);
  await page.goto(new URL(place, site).href);
  await ready(page);
  const [worker] = page.workers();
  if (!worker) throw new Error('the worker did not come up on the first rung');
  const inLesson = place.includes('single-server');
  // The worker may wait for the next part without anybody noticing; the page must not.
  if (inLesson) await note('worker', worker, first);
  await pointAround(page);
  if (inLesson) {
    await foretell(page);
    await watchOn(page);
    let begun;
    while (!(begun = await page.evaluate('self.begun'))) await page.waitForTimeout(50);
    for (const place of begun) first.page.add(place);
  }
  await pointAround(page);
  await tryAround(page);
  await page.waitForTimeout(LOOK_MS);
  await lookAway(page);
  await page.waitForTimeout(SETTLE_MS);
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

await Promise.all(VISITORS.map(async (visitor, who) => {
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [where, place] of PLACES.entries()) await visit(visitor, place, 1 + who + VISITORS.length * (where + PLACES.length * round));
  }
}));
await browser.close();
for (const program of PROGRAMS) {
  const parts = [first, next].map(places => [...places[program]].sort((a, b) => a - b));
  await writeFile(path.join(folder, `${program}.json`), JSON.stringify(parts));
}
