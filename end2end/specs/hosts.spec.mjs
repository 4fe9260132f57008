// The story once more, inside the hosts that matter most: a real slide deck, and the strictest sandbox on another origin. The big
// buttons are clicked, the rest is asked for by messages.
import { HOSTS, LANGUAGES, site } from '../support/addresses.mjs';
import { clickInside, Host, leader, serversWith } from '../support/host.mjs';
import { Playground } from '../support/page.mjs';
import { test, expect } from '../support/test.mjs';

const SEED = { seed: 7, embed: 1 };
const SLIDE = 'The cluster, kept';

/** What seed 7 leads to: who is elected and when, at first and after the crash at 6 s. Another engine, other moments. */
const ELECTED = { id: 'A', generation: 1, at: 3_607 };
const ELECTED_AGAIN = { id: 'D', generation: 2, at: 9_436 };

/** In the deck: on the slide whose frame is kept. */
async function inDeck(page, lang) {
  const url = new URL('/hosts/deck.html', HOSTS);
  url.searchParams.set('src', site('/', `${lang}/`, SEED));
  await page.goto(url.href);
  await page.waitForFunction(() => window.Reveal?.isReady());
  await page.evaluate(() => Reveal.slide(2)); // the slide before it: here the deck loads the frame
  await page.waitForFunction(title => lecture.heard.some(({ from, ev }) => from === title && ev === 'ready'), SLIDE);
  await page.evaluate(() => Reveal.slide(3));
  const ask = command => page.evaluate(([title, command]) => lecture.ask(title, command), [SLIDE, command]);
  await expect.poll(async () => (await ask({ cmd: 'state' })).playing, 'the slide started it').toBe(true);
  const play = new Playground(page.frameLocator(`iframe[title="${SLIDE}"]`), lang);
  return { ask, press: key => clickInside(page, SLIDE, play.button(key)) };
}

/** On a page of another origin, allowed nothing but scripts. */
async function inSandbox(page, lang) {
  const host = await Host.ready(page, { path: `${lang}/`, params: SEED, host: { sandbox: 'allow-scripts' } });
  const play = new Playground(host.inside, lang);
  return { ask: ({ cmd, ...fields }) => host.ask(cmd, fields), press: key => play.button(key).click() };
}

/** Steps until somebody leads. */
async function election({ ask }) {
  for (let step = 0; step < 200; step++) {
    const state = await ask({ cmd: 'step' });
    const { id, generation } = leader(state) ?? {};
    if (id) return { id, generation, at: state.at };
  }
  throw new Error('nobody was elected within 200 steps');
}

/** Clicks a button and waits until the world has heard of it. */
async function click({ ask, press }, key) {
  const before = (await ask({ cmd: 'state' })).hash;
  await press(key);
  await expect.poll(async () => (await ask({ cmd: 'state' })).hash).not.toBe(before);
}

const swords = (state, count) => serversWith(state, 'Cheolsu', 100_000 - count * 10_000, 'legendary-sword', count);

for (const [name, open] of Object.entries({ 'a slide deck': inDeck, 'the strictest sandbox': inSandbox })) {
  for (const lang of LANGUAGES) {
    test(`the whole story in ${name}, in ${lang}`, async ({ page }) => {
      const inside = await open(page, lang);
      const { ask } = inside;
      await ask({ cmd: 'pause' });
      await ask({ cmd: 'reset' });
      expect(await election(inside)).toEqual(ELECTED);

      await ask({ cmd: 'seek', at: 4_000 });
      await click(inside, 'buy');
      const bought = await ask({ cmd: 'seek', at: 6_000 });
      expect(bought.clients[0].requests[0]).toMatchObject({ number: 1, waiting: false, answer: 'done' });
      expect(swords(bought, 1)).toBe(5);

      await click(inside, 'crashLeader');
      expect(await election(inside)).toEqual(ELECTED_AGAIN);

      await ask({ cmd: 'act', action: 'lose-answer', client: 'client-123' });
      await ask({ cmd: 'act', action: 'buy', client: 'client-123', item: 'legendary-sword', server: ELECTED_AGAIN.id });
      const lost = await ask({ cmd: 'seek', at: 12_500 });
      expect(lost.clients[0].requests[0], 'done, but nobody heard it').toMatchObject({ number: 2, waiting: true, answer: null });
      await click(inside, 'retry');
      const retried = await ask({ cmd: 'seek', at: 15_000 });
      expect(retried.clients[0].requests[0]).toMatchObject({ number: 2, waiting: false, answer: 'done' });
      expect(swords(retried, 2), 'one sword for one request').toBe(4);

      await ask({ cmd: 'act', action: 'retry-as-new', client: 'client-123' });
      const anew = await ask({ cmd: 'seek', at: 18_000 });
      expect(swords(anew, 3), 'a new number is a new purchase').toBe(4);
      expect(anew.promises.every(({ verdict }) => verdict === 'kept')).toBe(true);
    });
  }
}
