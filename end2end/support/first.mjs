// What somebody does first who comes for the first time.

/** In the first lesson: foretells what will happen, as it asks, and begins to watch. */
export async function foretell(page) {
  await page.locator('#lesson input[name=predict]').first().check();
  await page.locator('#lesson [data-do=start]').first().click();
}

/** Then watches it happen up to the first pause. */
export async function watchOn(page) {
  await page.locator('#lesson [data-do=continue]:visible').first().waitFor();
}
