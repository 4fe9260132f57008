// What somebody does first who comes for the first time.

/** Moves the mouse over the stage. */
export async function pointAround(page) {
  const stage = await page.locator('#stage').boundingBox();
  const [x, y] = [stage.x + stage.width / 2, Math.max(stage.y, 0) + 8];
  await page.mouse.move(x - 40, y);
  await page.mouse.move(x + 40, y + 60, { steps: 5 });
}

/** Tries the stage with a finger, and the keyboard. */
export async function tryAround(page) {
  const stage = await page.locator('#stage').boundingBox();
  const isTouched = await page.evaluate(() => matchMedia('(pointer: coarse)').matches);
  if (isTouched) await page.touchscreen.tap(stage.x + stage.width / 2, Math.max(stage.y, 0) + 8);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift');
}

/** Scrolls, and looks at another window and back. */
export async function lookAway(page) {
  await page.mouse.wheel(0, 300);
  await page.evaluate(() => {
    for (const visibilityState of ['hidden', 'visible']) {
      Object.defineProperty(document, 'visibilityState', { value: visibilityState, configurable: true });
      Object.defineProperty(document, 'hidden', { value: visibilityState === 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }
  });
  await page.mouse.wheel(0, -300);
}

/** In the first lesson: foretells what will happen, as it asks, and begins to watch. */
export async function foretell(page) {
  await page.locator('#lesson input[name=predict]').first().check();
  await page.locator('#lesson [data-do=start]').first().click();
}

/** Then watches it happen up to the first pause. */
export async function watchOn(page) {
  await page.locator('#lesson [data-do=continue]:visible').first().waitFor();
}

/** In the place of chance, from which a page takes its seed: the same programs give the same parts, as far as clocks allow. */
export function withoutChance(seed) {
  let next = seed;
  crypto.getRandomValues = bytes => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength).fill(next++) && bytes;
}

/** Does something in the page some pictures after Start of a lesson was pressed; `act` stands for itself there. */
export async function whenStarted(context, pictures, act) {
  await context.addInitScript(`(${(pictures, act) => {
    addEventListener('click', ({ target }) => {
      if (!target.closest?.('[data-do=start]')) return;
      const wait = left => (left === 0 ? act() : requestAnimationFrame(() => wait(left - 1)));
      wait(pictures);
    }, true);
  }})(${pictures}, ${act})`);
}
