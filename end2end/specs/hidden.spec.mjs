// A frame that nobody can see stands still, whichever way its host hides it; and whatever happens to the browser's animation frames,
// it never makes up for lost time.
import { HOSTS } from '../support/addresses.mjs';
import { Host } from '../support/host.mjs';
import { test, expect } from '../support/test.mjs';

const SEED = { seed: 7 };

/**
 * What hosts do with what is not to be seen: how it is done, and whether the frame must be told, because it cannot notice. From an
 * invisible frame a browser withholds animation frames when its host is another site; two ports of one address are not.
 */
const WAYS = {
  'not displayed': { style: { display: 'none' } },
  'moved aside': { style: { transform: 'translateX(-5000px)' } },
  'below the fold': { style: { marginTop: '5000px' } },
  invisible: { style: { visibility: 'hidden' }, origin: HOSTS.replace('127.0.0.1', 'localhost') },
  transparent: { style: { opacity: '0' }, told: true },
  covered: { cover: true, told: true },
};

/** In the host page: hides the frame, or shows it again. */
function hide({ style = {}, cover }, hidden) {
  const { frame } = window.host;
  for (const [name, value] of Object.entries(style)) frame.style[name] = hidden ? value : '';
  document.getElementById('cover')?.remove();
  if (!hidden || !cover) return;
  const lid = Object.assign(document.createElement('div'), { id: 'cover' });
  Object.assign(lid.style, { position: 'fixed', inset: '0', background: 'white' });
  document.body.append(lid);
}

for (const [name, way] of Object.entries(WAYS)) {
  test(`${name}: it stands still, and goes on from there`, async ({ page, watch }) => {
    watch.allow(/^request to somebody else: http:\/\/localhost/);
    const host = await Host.ready(page, { params: SEED, origin: way.origin });
    await host.tell('slide:start');
    await expect.poll(async () => (await host.state()).at).toBeGreaterThan(200);
    await page.evaluate(`(${hide})(${JSON.stringify(way)}, true)`);
    if (way.told) await host.tell('slide:stop');
    await page.waitForTimeout(400); // until the browser has told the frame
    const gone = (await host.state()).at;
    await page.waitForTimeout(1_200); // real time passes, simulated time does not
    expect((await host.state()).at).toBe(gone);

    const back = Date.now(); // before it may go on
    await page.evaluate(`(${hide})(${JSON.stringify(way)}, false)`);
    if (way.told) await host.tell('slide:start');
    await expect.poll(async () => (await host.state()).at).toBeGreaterThan(gone);
    const { at } = await host.state();
    expect(at - gone, 'no fast-forward').toBeLessThanOrEqual(Date.now() - back);
  });
}

test('without animation frames for a while it goes on by a tenth of a second at most', async ({ page }) => {
  // A browser may withhold animation frames without a word, as from a laptop that sleeps.
  await page.addInitScript(() => {
    const { requestAnimationFrame: ask } = window;
    const waiting = [];
    window.withhold = false;
    window.requestAnimationFrame = callback => window.withhold ? waiting.push(callback) : ask.call(window, callback);
    window.release = () => {
      window.withhold = false;
      for (const callback of waiting.splice(0)) ask.call(window, callback);
    };
  });
  const host = await Host.ready(page, { params: SEED });
  await host.ask('play');
  await expect.poll(async () => (await host.state()).at).toBeGreaterThan(200);
  await host.frame.evaluate(() => { window.withhold = true; });
  await page.waitForTimeout(200);
  const before = (await host.state()).at;
  await page.waitForTimeout(3_000); // real time passes
  expect((await host.state()).at, 'nothing runs on a timer of its own').toBe(before);
  const after = await host.frame.evaluate(() => new Promise(resolve => {
    window.release();
    requestAnimationFrame(() => requestAnimationFrame(() => { window.withhold = true; resolve(); }));
  })).then(() => host.state());
  expect(after.at - before).toBeLessThanOrEqual(250);
});
