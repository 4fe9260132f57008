// Measures how smoothly the page moves, and how soon it answers a press, against a site that is being served:
//
//   node end2end/frame-rate.mjs http://localhost:8080/ [chromium | firefox]
//
// Nine servers whose heartbeats are under way for long, so that as many messages move as a frame may hold. It is no test: the figures
// depend on the machine. Compare them with what was measured before, in docs/measurements.md.
import { chromium, firefox } from '@playwright/test';

const [, , site, name = 'chromium'] = process.argv;
if (!site) throw new Error('say where the site is served');
const SECONDS = 10;

const kind = name === 'firefox' ? firefox : chromium;
const browser = await kind.launch(name === 'firefox'
  ? { channel: 'moz-firefox', executablePath: process.env.FIREFOX }
  : { executablePath: process.env.CHROME, args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
await page.goto(new URL('robots.txt', site).href);
await page.setContent(`<iframe style="border:0;width:1260px;height:880px"
  src="${site}en/sandbox/?servers=9&seed=7&autoplay=0&rule=check-quorum:off&rule=pre-vote:off"></iframe>`);
const frame = await (await page.waitForSelector('iframe')).contentFrame();
await frame.waitForSelector('html[data-ready]');

const say = message => page.evaluate(message => document.querySelector('iframe').contentWindow.postMessage(message, '*'), message);
const act = message => say({ playground: 1, cmd: 'act', ...message });

await say({ playground: 1, cmd: 'seek', at: 6000 });
await act({ action: 'pace', heartbeat_ms: 200, election_ms: 60000 });
await act({ action: 'network', latency_ms: 4000 });
await say({ playground: 1, cmd: 'seek', at: 12000 });
await say({ playground: 1, cmd: 'play' });
await page.waitForTimeout(1000);

const moving = await frame.evaluate(() => [...document.querySelectorAll('.packets .packet')]
  .filter(group => getComputedStyle(group).display !== 'none').length);
const metrics = async session => Object.fromEntries((await session.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]));
const session = name === 'firefox' ? null : await page.context().newCDPSession(page);
await session?.send('Performance.enable');
const before = session && await metrics(session);
const gaps = await frame.evaluate(seconds => new Promise(done => {
  const gaps = [];
  let last = performance.now();
  const first = last;
  const next = now => {
    gaps.push(now - last);
    last = now;
    if (now - first < seconds * 1000) requestAnimationFrame(next); else done(gaps);
  };
  requestAnimationFrame(next);
}), SECONDS);
const after = session && await metrics(session);
gaps.sort((one, other) => one - other);
const at = share => gaps[Math.floor(gaps.length * share)].toFixed(1);
console.log(`${moving} messages moving: ${(gaps.length / SECONDS).toFixed(1)} frames a second; gaps: median ${at(0.5)} ms, 95 % ${at(0.95)} ms, longest ${gaps.at(-1).toFixed(1)} ms`);
if (session) {
  const spent = key => ((after[key] - before[key]) * 1000 / gaps.length).toFixed(2);
  console.log(`a frame: task ${spent('TaskDuration')} ms, of that script ${spent('ScriptDuration')}, style ${spent('RecalcStyleDuration')}, layout ${spent('LayoutDuration')}`);
}

// From a press to the next picture, while all of that moves.
if (session) {
  await frame.evaluate(() => {
    window.presses = [];
    new PerformanceObserver(list => window.presses.push(...list.getEntries().map(({ name, duration }) => ({ name, duration }))))
      .observe({ type: 'event', durationThreshold: 16, buffered: false });
  });
  for (const button of ['Buy', 'Crash leader', 'Retry request', 'Pause', 'Step forward', 'Step back', 'Undo', 'Redo', 'Play']) {
    await frame.getByRole('button', { name: button, exact: true }).click({ force: true });
    await page.waitForTimeout(500);
  }
  const presses = (await frame.evaluate(() => window.presses)).filter(({ name }) => name === 'click' || name === 'pointerup');
  const durations = presses.map(({ duration }) => duration).sort((one, other) => one - other);
  console.log(`from a press to the next picture: ${durations.length} events, median ${durations[durations.length >> 1]} ms, longest ${durations.at(-1)} ms`);
}
await browser.close();
