// A paused page does nothing at all: it writes nothing to the document, asks for no animation frame, and says nothing to the worker.
import { Playground } from '../support/page.mjs';
import { test, expect } from '../support/test.mjs';

/** Counts, in the page, everything that a page at rest must not do. Runs before any script of the page. */
function count() {
  const counts = { frames: 0, messages: 0, writes: 0 };
  const { requestAnimationFrame: ask } = window;
  window.requestAnimationFrame = callback => ask.call(window, time => {
    counts.frames += 1;
    callback(time);
  });
  for (const speaker of [MessagePort, Worker]) {
    const { postMessage } = speaker.prototype;
    speaker.prototype.postMessage = function (...words) {
      counts.messages += 1;
      return postMessage.apply(this, words);
    };
  }
  new MutationObserver(changes => (counts.writes += changes.length))
    .observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  window.counts = counts;
}

/** What is counted during so many milliseconds of real time. */
async function during(page, ms) {
  const before = await page.evaluate(() => ({ ...window.counts }));
  await page.waitForTimeout(ms);
  const after = await page.evaluate(() => ({ ...window.counts }));
  return Object.fromEntries(Object.keys(after).map(key => [key, after[key] - before[key]]));
}

const REST = { frames: 0, messages: 0, writes: 0 };

test('a page that was paused rests', async ({ page }) => {
  await page.addInitScript(count);
  const play = await Playground.open(page, { params: { seed: 7, autoplay: 1, speed: 4 } });
  await expect(play.leader).toHaveCount(1, { timeout: 15_000 });
  const busy = await during(page, 500);
  expect(Math.min(...Object.values(busy)), `while it plays it counts: ${JSON.stringify(busy)}`).toBeGreaterThan(0);
  await play.pause();
  await during(page, 500); // the last frame, the narration
  expect(await during(page, 2_000)).toEqual(REST);
});

test('a page that was never started rests', async ({ page }) => {
  await page.addInitScript(count);
  await Playground.open(page, { params: { seed: 7, autoplay: 0 } });
  await during(page, 500);
  expect(await during(page, 2_000)).toEqual(REST);
});

test('while it plays the number of elements does not grow without end', async ({ page }) => {
  const play = await Playground.open(page, { params: { seed: 7, autoplay: 1, speed: 10 } });
  await expect(play.leader).toHaveCount(1, { timeout: 15_000 });
  const elements = () => play.stage.evaluate(stage => stage.querySelectorAll('*').length);
  const before = await elements();
  await page.waitForTimeout(2_000); // twenty simulated seconds of heartbeats
  expect(await elements()).toBeLessThanOrEqual(before + 5);
});
