// Runs whose state hashes are committed. The native tests check the same file; here the browser's worker has to come to the same
// bits, by way of the messages that any host may send. (No address carries options: a run that begins with some is left to the others.)
import { readFileSync } from 'node:fs';
import { Host } from '../support/host.mjs';
import { test, expect } from '../support/test.mjs';

const runs = JSON.parse(readFileSync(new URL('../../tests/hashes.json', import.meta.url), 'utf8'));

test('the known answers differ', () => {
  expect(runs.length).toBeGreaterThanOrEqual(10);
  expect(new Set(runs.map(({ hash }) => hash)).size).toBe(runs.length);
});

for (const { name, lesson, seed, servers, commands, at, hash } of runs.filter(({ options }) => !options)) {
  test(`known answer: ${name}`, async ({ page }) => {
    const host = await Host.ready(page, { path: `en/${lesson ?? 'sandbox'}/`, params: { seed, ...(servers && { servers }) } });
    for (const { at, command } of commands) {
      await host.seek(at / 1000);
      const [[action, fields]] = typeof command === 'string' ? [[command]] : Object.entries(command);
      expect(await host.ask('act', { action, ...fields })).toMatchObject({ ev: 'state' });
    }
    expect((await host.seek(at / 1000)).hash).toBe(hash);
  });
}
