// What somebody does first who comes for the first time.

/** In the first lesson: foretells what will happen, as it asks, and lets it happen. */
export async function foretellAndWatch(page) {
  await page.locator('#lesson input[name=predict]').first().check();
  await page.locator('#lesson [data-do=start]').first().click();
}
