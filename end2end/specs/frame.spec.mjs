// The playground in a frame of somebody else's page, as docs/contract.md promises it.
import { CODES, expectError, expectState } from '../support/contract.mjs';
import { Host, leader, server, serversWith } from '../support/host.mjs';
import { test, expect } from '../support/test.mjs';

const SEED = { seed: 7 };

test('it says that it is ready, paused, with a picture', async ({ page }) => {
  const host = await Host.ready(page, { params: SEED });
  const ready = await host.heard('ready');
  expect(Object.keys(ready)).toEqual(['playground', 'ev', 'version']);
  expect(ready.playground).toBe(1);
  const first = await host.state();
  expectState(first);
  expect(first).toMatchObject({ lang: 'en', lesson: null, at: 0, playing: false, speed: 1, version: ready.version });
  await expect(host.inside.getByRole('button', { name: /^Server [A-E], follower/ })).toHaveCount(5);
  await expect(host.inside.getByRole('button', { name: 'Crash leader' })).toBeInViewport();
  await page.waitForTimeout(400); // real time passes, simulated time does not
  expect((await host.state()).at).toBe(0);
});

test('the state of a run in full swing has every key', async ({ page }) => {
  const host = await Host.ready(page, { params: SEED });
  await host.stepUntil(leader);
  await host.act('buy', { client: 'client-123', item: 'legendary-sword' });
  const found = await host.seekUntil((await host.state()).at, 20, state => state.clients[0].requests[0]?.answer && state.messages[0]);
  expectState(found.state);
  const { state } = found;
  expect(state.servers.map(({ id }) => id)).toEqual(['A', 'B', 'C', 'D', 'E']);
  expect(state.clients.slice(0, 2).map(({ id, name }) => [id, name])).toEqual([['client-123', 'Cheolsu'], ['client-124', 'Yeonghui']]);
  expect(state.clients[0].requests[0]).toEqual({ number: 1, waiting: false, tries: 1, answer: 'done' });
  expect(state.promises.every(({ verdict }) => verdict !== 'broken')).toBe(true);
  expect(leader(state).log.map(({ kind }) => kind)).toEqual(['empty', 'open', 'buy']);
  expect(leader(state).log[2].text).toContain('Legendary Sword');
  expect(serversWith(state, 'Cheolsu', 90_000, 'legendary-sword', 1)).toBeGreaterThanOrEqual(1);
});

test('every command is answered with its ref and does what it says', async ({ page }) => {
  const host = await Host.ready(page, { params: SEED });
  const tagged = await page.evaluate(() => new Promise(resolve => {
    addEventListener('message', ({ data }) => data.ref === 'mine' && resolve(data));
    window.host.tell({ playground: 1, cmd: 'state', ref: 'mine' });
  }));
  expectState(tagged);

  expect(await host.seek(1234)).toMatchObject({ at: 1234, playing: false });
  expect(await host.seek(500)).toMatchObject({ at: 500, end: 1234 });
  const played = await host.ask('play');
  expect(played.playing).toBe(true);
  await expect.poll(async () => (await host.state()).at).toBeGreaterThan(500);
  const paused = await host.ask('pause');
  expect(paused.playing).toBe(false);
  await page.waitForTimeout(300); // real time passes, simulated time does not
  expect((await host.state()).at).toBe(paused.at);

  expect((await host.ask('speed', { value: 4 })).speed).toBe(4);
  const stepped = await host.ask('step');
  expect(stepped.hash).not.toBe(paused.hash);
  const twice = await host.ask('step');
  expect((await host.ask('back')).hash).toBe(stepped.hash);
  expect((await host.ask('step')).hash).toBe(twice.hash);
  const anew = await host.ask('reset');
  expect(anew).toMatchObject({ at: 0, playing: false });
});

test('the same seed gives the same run, to the last bit', async ({ page }) => {
  const host = await Host.ready(page, { params: SEED });
  const straight = await host.seek(20_000);
  await host.ask('reset');
  for (const at of [700, 9_000, 4_321, 15_000]) await host.seek(at);
  expect((await host.seek(20_000)).hash).toBe(straight.hash);
  expect((await host.seek(20_001)).hash).not.toBe(straight.hash);
});

test('what cannot be done is answered with a code and a sentence', async ({ page }) => {
  const host = await Host.ready(page, { params: SEED });
  const client = 'client-123';
  const before = await host.state();
  expectError(await host.act('crash-leader'), 'no-leader');
  expectError(await host.act('retry', { client }), 'nothing-to-retry');
  expectError(await host.act('retry-as-new', { client }), 'nothing-to-retry');
  expectError(await host.act('restart', { server: 'B' }), 'not-down');
  expectError(await host.act('resume-server', { server: 'B' }), 'not-down');
  expectError(await host.act('crash', { server: 'I' }), 'no-such-server');
  expectError(await host.act('drop', { message: 987_654 }), 'no-such-message');
  for (const nonsense of [{}, { action: 'sing' }, { action: 'crash' }, { action: 'crash', server: 7 },
    { action: 'buy', client, item: 'moon' }, { action: 'partition', groups: 'all' }]) {
    expectError(await host.ask('act', nonsense), 'bad-message');
  }
  expectError(await host.ask('dance'), 'bad-message');
  expectError(await host.ask('seek', { at: 'noon' }), 'bad-message');
  expect((await host.state()).hash).toBe(before.hash);

  await host.act('crash', { server: 'B' });
  expectError(await host.act('crash', { server: 'B' }), 'already-down');
  const told = (await host.all()).filter(({ ev }) => ev === 'error');
  expect(told.every(({ code }) => CODES.includes(code))).toBe(true);
});

test('what happens is told as events, and heartbeats are not', async ({ page }) => {
  const host = await Host.ready(page, { params: SEED });
  await host.seek(30_000);
  const events = (await host.all()).filter(({ ev }) => ev === 'event');
  expect(events.length).toBeGreaterThan(3);
  for (const event of events) {
    expect(Object.keys(event)).toEqual(['playground', 'ev', 'at', 'kind', 'server', 'text']);
    expect(event.kind).not.toMatch(/heartbeat/);
    expect(Number.isInteger(event.at)).toBe(true);
  }
  expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).toSorted((one, other) => one - other));
});

test('slide:start at the load event starts it, though the program comes three seconds later', async ({ page }) => {
  await page.route(/\.wasm/, async route => {
    await new Promise(resolve => setTimeout(resolve, 3_000));
    await route.continue();
  });
  const host = await Host.open(page, { params: SEED, host: { first: 'slide:start' } });
  await host.heard('ready');
  await expect.poll(async () => (await host.state()).at).toBeGreaterThan(300);
  expect((await host.state()).playing).toBe(true);
  await host.tell('slide:stop');
  const stopped = await host.state();
  expect(stopped.playing).toBe(false);
  await page.waitForTimeout(300); // real time passes, simulated time does not
  expect((await host.state()).at).toBe(stopped.at);
});

test('out of sight it stands still, and back in sight it goes on from there', async ({ page }) => {
  const host = await Host.ready(page, { params: SEED, host: { above: 3000 } });
  const scroll = top => page.evaluate(top => scrollTo({ top, behavior: 'instant' }), top);
  await scroll(3000);
  await host.ask('play');
  await expect.poll(async () => (await host.state()).at).toBeGreaterThan(100);

  await scroll(0);
  await page.waitForTimeout(300); // until the browser has told the frame that it is out of sight
  const gone = (await host.state()).at;
  await page.waitForTimeout(1_500); // real time passes, simulated time does not
  expect((await host.state()).at).toBe(gone);

  const back = Date.now();
  await scroll(3000);
  await expect.poll(async () => (await host.state()).at).toBeGreaterThan(gone);
  const at = (await host.state()).at;
  expect(at - gone, 'no fast-forward over the time out of sight').toBeLessThanOrEqual(Date.now() - back);
});

test('the strictest sandbox is enough', async ({ page }) => {
  const host = await Host.ready(page, { params: SEED, host: { sandbox: 'allow-scripts' } });
  await host.ask('play');
  await expect.poll(async () => (await host.state()).at).toBeGreaterThan(200);
  await host.ask('pause');
  const { seen, state } = await host.stepUntil(leader);
  expectState(state);
  expect((await host.act('crash-leader')).servers.find(({ id }) => id === seen.id).role).toBe('down');
});

test('five hundred hostile messages do no harm', async ({ page }) => {
  const host = await Host.ready(page, { params: SEED });
  await host.seek(5_000);
  const before = await host.state();
  const address = host.frame.url();
  const text = await bodyText(host);
  await page.evaluate(sendNonsense, 500);
  const after = await host.state();
  expect({ hash: after.hash, at: after.at, playing: after.playing }).toEqual({ hash: before.hash, at: before.at, playing: false });
  expect(host.frame.url()).toBe(address);
  expect(await bodyText(host)).toBe(text);
  expect(await host.frame.evaluate(() => ({ polluted: {}.polluted, scripts: document.querySelectorAll('script:not([src]):not([type="application/json"])').length })))
    .toEqual({ polluted: undefined, scripts: 0 });
});

/** What the frame shows, less the notice that explains a refusal. */
function bodyText(host) {
  return host.inside.getByRole('group', { name: 'Cluster' }).ariaSnapshot();
}

/** In the host page: many messages that no version of the contract allows, from a fixed sequence. */
function sendNonsense(count) {
  let seed = 12345;
  const next = () => (seed = (seed * 1103515245 + 12345) % 2147483648);
  const pick = values => values[next() % values.length];
  const markup = '<img src=x onerror="document.body.remove()">';
  const values = [null, undefined, NaN, -1, 1e308, 2n ** 70n, '', markup, 'x'.repeat(9000), [], [[[]]], { deep: { deeper: {} } },
    new Date(0), new Map([[1, 2]]), new Uint8Array(9000), true, '../../', 'javascript:alert(1)'];
  for (let i = 0; i < count; i++) {
    const message = pick([
      () => pick(values),
      () => ({ playground: pick([2, '1', null]), cmd: 'act', action: 'crash', server: 'A' }),
      () => ({ playground: 1, cmd: pick(['eval', 'constructor', '__proto__', 'load', markup]), lesson: markup, share: pick(values) }),
      () => ({ playground: 1, cmd: 'act', action: pick(['__proto__', 'toString', markup, 5, null]), server: pick(values) }),
      () => ({ playground: 1, cmd: 'act', action: 'crash', server: pick([markup, 'Z', 'AA', 0, null, {}]) }),
      () => ({ playground: 1, cmd: 'seek', at: pick([-5, 'soon', null, {}, 1e300, NaN]) }),
      () => ({ playground: 1, cmd: 'speed', value: pick([0, -1, 'fast', NaN, 1e9]) }),
      () => ({ playground: 1, cmd: 'theme', value: markup, ref: 'y'.repeat(5000) }),
      () => JSON.parse('{"playground":1,"cmd":"act","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
    ])();
    window.host.tell(message);
  }
}

test('nothing is stored', async ({ page, context }) => {
  const host = await Host.ready(page, { params: SEED });
  await host.stepUntil(leader);
  await host.act('crash-leader');
  const stored = await host.frame.evaluate(async () => ({
    local: localStorage.length, session: sessionStorage.length, databases: (await indexedDB.databases()).length,
    caches: self.caches ? (await caches.keys()).length : 0,
    workers: navigator.serviceWorker ? (await navigator.serviceWorker.getRegistrations()).length : 0,
  }));
  expect(stored).toEqual({ local: 0, session: 0, databases: 0, caches: 0, workers: 0 });
  expect(await context.cookies()).toEqual([]);
});

test('a crashed server comes back from its disk, a cut link is a wall', async ({ page }) => {
  const host = await Host.ready(page, { params: SEED });
  const { seen: first } = await host.stepUntil(leader);
  await host.act('crash', { server: first.id });
  const back = await host.act('restart', { server: first.id });
  expect(server(back, first.id)).toMatchObject({ role: 'follower', generation: first.generation });
  const walled = await host.act('cut', { from: 'A', to: 'B', both: true });
  expect(server(walled, 'A').sends_to).toEqual(['C', 'D', 'E']);
  expect(server(walled, 'B').sends_to).toEqual(['C', 'D', 'E']);
  const healed = await host.act('heal-all');
  expect(server(healed, 'A').sends_to).toEqual(['B', 'C', 'D', 'E']);
});

test('a host hears when the challenge of a lesson is done', async ({ page }) => {
  const host = await Host.ready(page, { path: 'en/heartbeat/' });
  await host.seek(1500);
  await host.act('crash-leader');
  await host.act('cut', { from: 'C', to: 'E', both: true });
  await host.seek(4700);
  await host.act('time-out', { server: 'C' });
  await host.act('time-out', { server: 'E' });
  const told = page.evaluate(() => new Promise(resolve => {
    addEventListener('message', ({ data }) => data.ev === 'goal' && resolve(data));
  }));
  await host.seek(20_000);
  expect(await told).toEqual({ playground: 1, ev: 'goal', lesson: 'heartbeat', actions: 4, par: 4 });
});
