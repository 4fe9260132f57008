// The page as a visitor meets it: by role and name, in either language. Nothing here looks at classes or ids.
import { expect } from '@playwright/test';
import { site } from './addresses.mjs';
import { NAMES } from './names.mjs';

/** An open page of the playground. */
export class Playground {
  constructor(page, lang) {
    this.page = page;
    this.names = NAMES[lang];
  }

  /** Opens a page and waits until the first frame of the simulation is drawn. */
  static async open(page, { base = '/', lang = 'en', path = '', params = {} } = {}) {
    await page.goto(site(base, `${lang}/${path}`, params));
    const self = new Playground(page, lang);
    await self.ready();
    return self;
  }

  /** Waits until the first frame of the simulation is drawn. */
  async ready() {
    await expect(this.page.locator('html[data-ready]')).toHaveCount(1);
  }

  /** A button by its English key, such as `crashLeader`. */
  button(key) {
    return this.page.getByRole('button', { name: this.names[key], exact: true });
  }

  table(key) {
    return this.page.getByRole('table', { name: this.names[key], exact: true });
  }

  get stage() {
    // A table that scrolls is a group too, and may be of the same things.
    return this.page.locator('.picture').getByRole('group', { name: this.names.cluster, exact: true });
  }

  get events() {
    return this.page.getByRole('log', { name: this.names.events, exact: true });
  }

  get time() {
    return this.page.getByRole('slider', { name: this.names.time, exact: true });
  }

  get status() {
    return this.page.getByRole('status');
  }

  /** A server on the stage: by letter, by role, or both; any when neither is given. */
  server(letter = '[A-I]', role = null) {
    return this.stage.getByRole('button', { name: this.names.server(letter, role) });
  }

  get leader() {
    return this.server('[A-I]', 'leader');
  }

  /** On how many servers the customer, by the key of the name, has so much money and so many swords. */
  async serversWith(customer, money, swords) {
    const [head, ...rows] = await this.cells('accounts');
    const column = head.indexOf(this.names[customer]);
    return rows.filter(row => row[column].startsWith(money) && row[column].includes(`${this.names.sword} ${swords}`)).length;
  }

  /** Lets time stand, if it runs. */
  async pause() {
    if (await this.button('pause').isVisible()) await this.button('pause').click();
    await expect(this.button('play')).toBeVisible();
  }

  /** Where the slider of time stands: milliseconds, in tenths of a second. */
  async at() {
    return Number(await this.time.inputValue());
  }

  /** The lines of the event list, oldest first. */
  async lines() {
    const texts = await this.events.getByRole('button').allInnerTexts();
    return texts.map(inOneLine);
  }

  /** What tells one position of the run from the next: the event list, or the time where nothing is told for long. */
  async #position() {
    const lines = await this.lines();
    return `${lines.length} ${lines.at(-1)} ${await this.at()}`;
  }

  /** One step along the event list, by whatever presses "Step forward". */
  async step(press = () => this.button('stepForward').click()) {
    const before = await this.#position();
    await press();
    await expect.poll(() => this.#position(), { intervals: [10, 20, 50] }).not.toBe(before);
  }

  /** Steps until the event list has a new line like that, and gives what it says. The number of steps is bounded. */
  async stepUntil(pattern, { press, limit = 60 } = {}) {
    const told = (await this.lines()).length;
    for (let step = 0; step < limit; step++) {
      const line = (await this.lines()).slice(told).find(line => pattern.test(line));
      if (line) return pattern.exec(line);
      await this.step(press);
    }
    throw new Error(`no line like ${pattern} within ${limit} steps:\n${(await this.lines()).join('\n')}`);
  }

  /**
   * Lets time run until the event list has a new line like that, pauses, and goes back to the very moment of that line: where it
   * stands afterwards does not depend on how fast the test was. Gives what the line says.
   */
  async runUntil(pattern) {
    const { told, line } = await this.playUntil(pattern);
    await this.pause();
    await this.events.getByRole('button').filter({ hasText: pattern }).nth(told).click();
    await expect.poll(async () => (await this.lines()).at(-1)).toBe(line);
    return pattern.exec(line);
  }

  /** Presses "Play" and waits for a new line like that. `told` is how many of them there were before. */
  async playUntil(pattern, press = () => this.button('play').click()) {
    const told = (await this.#like(pattern)).length;
    await press();
    await expect.poll(async () => (await this.#like(pattern)).length, { message: String(pattern), timeout: 15_000 }).toBeGreaterThan(told);
    return { told, line: (await this.#like(pattern))[told] };
  }

  async #like(pattern) {
    return (await this.lines()).filter(line => pattern.test(line));
  }

  /** The cells of a table, row by row, head included. */
  async cells(key) {
    const rows = await this.table(key).getByRole('row').all();
    const texts = await Promise.all(rows.map(row => row.locator('th, td').allInnerTexts()));
    return texts.map(row => row.map(inOneLine));
  }
}

/** A text without the line breaks of its layout. */
function inOneLine(text) {
  return text.replace(/\s+/g, ' ').trim();
}
