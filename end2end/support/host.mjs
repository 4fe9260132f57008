// The playground inside somebody else's page, driven by the messages of docs/contract.md.
import { expect } from '@playwright/test';
import { HOSTS, site } from './addresses.mjs';

/** A page of another origin with the playground in a frame. */
export class Host {
  constructor(page) {
    this.page = page;
  }

  /**
   * Opens the host page. `path` and `params` are the playground's; `host` says how it is embedded (sandbox, width, height,
   * above, first), `origin` by whom.
   */
  static async open(page, { path = 'en/', params = {}, base = '/', host = {}, origin = HOSTS } = {}) {
    const self = new Host(page);
    const url = new URL('/hosts/frame.html', origin);
    url.searchParams.set('src', site(base, path, { embed: 1, ...params }));
    for (const [name, value] of Object.entries(host)) url.searchParams.set(name, String(value));
    await page.goto(url.href);
    return self;
  }

  /** Opens it and waits until it says that it is ready. */
  static async ready(page, how) {
    const self = await Host.open(page, how);
    await self.heard('ready');
    return self;
  }

  /** The document inside, for locators. */
  get inside() {
    return this.page.frameLocator('iframe');
  }

  /** The frame itself, for evaluation. */
  get frame() {
    return this.page.frames().find(frame => frame !== this.page.mainFrame());
  }

  /** Sends without waiting. */
  tell(message) {
    return this.page.evaluate(message => window.host.tell(message), message);
  }

  /** Sends a command and gives its answer. */
  ask(cmd, fields = {}) {
    return this.page.evaluate(command => window.host.ask(command), { cmd, ...fields });
  }

  /** An action; its answer is the state or an error. */
  act(action, fields = {}) {
    return this.ask('act', { action, ...fields });
  }

  /** Several commands in a row; the answer to the last. */
  askAll(commands) {
    return this.page.evaluate(commands => window.host.askAll(commands), commands);
  }

  /** The state now. */
  state() {
    return this.ask('state');
  }

  /** To the state at that millisecond. */
  seek(at) {
    return this.ask('seek', { at });
  }

  /** Steps along the event list until `found(state)` is something; gives `{seen, state}`, or null. */
  stepUntil(found, times = 400) {
    return this.page.evaluate(([text, times]) => window.host.askUntil({ cmd: 'step' }, text, times), [String(found), times]);
  }

  /** Goes on from `from` in steps of `by` milliseconds until `found(state)` is something; gives `{seen, state}`, or null. */
  seekUntil(from, by, found, times = 400) {
    return this.page.evaluate(([from, by, text, times]) => window.host.seekUntil(from, by, text, times),
      [from, by, String(found), times]);
  }

  /** Everything that the frame has said so far. */
  all() {
    return this.page.evaluate(() => window.host.heard);
  }

  /** Waits for the first message of that kind. */
  async heard(ev) {
    const handle = await this.page.waitForFunction(ev => window.host.heard.find(said => said?.ev === ev), ev, { timeout: 15_000 });
    return handle.jsonValue();
  }
}

/** Clicks with the mouse on the middle of something in the frame with that title, however much its host has scaled the frame. */
export async function clickInside(page, title, target) {
  await expect(target).toBeVisible();
  const inside = await target.evaluate(element => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x: (x + width / 2) / innerWidth, y: (y + height / 2) / innerHeight };
  });
  const frame = await page.locator(`iframe[title="${title}"]`).evaluate(frame => frame.getBoundingClientRect().toJSON());
  await page.mouse.click(frame.x + inside.x * frame.width, frame.y + inside.y * frame.height);
}

/** Who leads the newest generation, or undefined. For use inside `stepUntil` and outside. */
export function leader(state) {
  const leaders = state.servers.filter(server => server.role === 'leader');
  return leaders.sort((one, other) => other.generation - one.generation)[0];
}

/** A server by its letter. */
export function server(state, id) {
  return state.servers.find(server => server.id === id);
}

/** On how many servers the customer has so much money and so many of the item. */
export function serversWith(state, owner, money, item, count) {
  return state.accounts.filter(account =>
    account.owner === owner && account.money === money && account.items[item] === count).length;
}
