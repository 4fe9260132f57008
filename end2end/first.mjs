// Finds out which functions of the two programs run until somebody who comes for the first time can use what is there: opens the home page
// and the first lesson of a site whose programs tell it (`split mark`), and writes the numbers of those functions as JSON.
// `cargo xtask dist` runs it: node first.mjs <address of the served site> <folder for page.json and worker.json>
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from '@playwright/test';

const [, , site, folder] = process.argv;
if (!folder) throw new Error('say where the site is served, and where to write');

const SIZES = [{ width: 1280, height: 800 }, { width: 390, height: 844 }];
const LANGUAGES = ['ko', 'en'];

/** How long somebody looks on: animation, signs and numbers come up in it. */
const LOOK_MS = 2_000;

/** The functions of a program that have run, seen from where it runs. */
function ran(program) {
  const exports = Object.entries(self.parts[program].first);
  return exports.filter(([name, mark]) => name.startsWith('ran:') && mark.value === 1).map(([name]) => Number(name.slice('ran:'.length)));
}

const asRoot = process.getuid?.() === 0;
const browser = await chromium.launch({ executablePath: process.env.CHROME, args: asRoot ? ['--no-sandbox'] : [] });
const first = { page: new Set(), worker: new Set() };

/** Opens a page, does there what its visitor does first, and notes what ran. */
async function visit(place, viewport, act = async () => {}) {
  const page = await browser.newPage({ viewport });
  await page.route(/_rest\.wasm/, () => {}); // never comes
  await page.goto(new URL(place, site).href);
  await page.waitForSelector('html[data-ready]', { state: 'attached' });
  await act(page);
  await page.waitForTimeout(LOOK_MS);
  const [worker] = page.workers();
  for (const number of await page.evaluate(ran, 'page')) first.page.add(number);
  for (const number of await worker.evaluate(ran, 'worker')) first.worker.add(number);
  await page.close();
}

async function foretellAndWatch(page) {
  await page.locator('#lesson input[name=predict]').first().check();
  await page.locator('#lesson [data-do=start]').first().click();
}

for (const language of LANGUAGES) {
  for (const size of SIZES) {
    await visit(`${language}/`, size);
    await visit(`${language}/single-server/`, size, foretellAndWatch);
  }
}
await browser.close();
for (const [program, numbers] of Object.entries(first)) {
  await writeFile(path.join(folder, `${program}.json`), JSON.stringify([...numbers].sort((a, b) => a - b)));
}
