// Nothing on the page bypasses the network: a message of each kind is lost once, and what the servers know is different from
// the same run in which it arrives. Everything is done and seen through the messages of the contract.
import { Host, leader, server } from '../support/host.mjs';
import { test, expect } from '../support/test.mjs';

const SEED = { seed: 7 };
const BUY = { action: 'buy', client: 'client-123', item: 'legendary-sword' };

/** How much of the run is searched for a message, in milliseconds, and how finely: finer than any message's way. */
const SEARCH = { by: 10, times: 1_500 };

/** Goes on from `from` to the first moment at which `found` sees a message, and gives that message. */
async function find(host, from, found) {
  const hit = await host.seekUntil(from, SEARCH.by, found, SEARCH.times);
  expect(hit, 'such a message is under way some time').not.toBeNull();
  return { message: hit.seen, at: hit.state.at };
}

/** The state at `look`, when the message is lost at `at`. */
async function without(host, { message, at }, look, prelude) {
  await again(host, prelude, at);
  const dropped = await host.act('drop', { message: message.id });
  expect(dropped.messages.map(({ id }) => id)).not.toContain(message.id);
  return host.seek(look);
}

/** The same run once more, up to `at`: the buyer's click is at the same moment, if it was before. */
async function again(host, prelude, at) {
  await host.ask('reset');
  if (prelude !== null) {
    await host.seek(prelude);
    await host.act('buy', BUY);
  }
  return host.seek(at);
}

/** A frame in which the first leader has been elected and has told everyone; with the moment of that. */
async function settled(page) {
  const host = await Host.ready(page, { params: SEED });
  const found = await host.seekUntil(0, SEARCH.by, state =>
    state.servers.some(({ role }) => role === 'leader') && state.servers.every(({ high_water_mark }) => high_water_mark === 1), SEARCH.times);
  expect(found, 'a leader whose first entry everyone knows to be committed').not.toBeNull();
  return { host, at: found.state.at };
}

/** The same with a purchase at that moment. */
async function bought(page) {
  const { host, at } = await settled(page);
  await host.act('buy', BUY);
  return { host, at };
}

test('vote: the server that was not asked does not vote', async ({ page }) => {
  const host = await Host.ready(page, { params: SEED });
  const sent = await find(host, 0, state => state.messages.find(({ kind }) => kind === 'vote'));
  const look = sent.message.due + 1;
  const heard = await again(host, null, look);
  const lost = await without(host, sent, look, null);
  expect(server(heard, sent.message.to).voted_for).toBe(sent.message.from);
  expect(server(lost, sent.message.to).voted_for).toBeNull();
});

test('vote answer: without the third vote there is no leader at that moment', async ({ page }) => {
  const host = await Host.ready(page, { params: SEED });
  const elected = await host.stepUntil(leader);
  const sent = await find(host, 0, new Function('state', `return state.messages.find(({ kind, due }) =>
    kind === 'vote-answer' && Math.abs(due - ${elected.state.at}) <= 1);`));
  const heard = await again(host, null, elected.state.at + 1);
  const lost = await without(host, sent, elected.state.at + 1, null);
  expect(leader(heard).id).toBe(elected.seen.id);
  expect(leader(lost)).toBeUndefined();
});

test('request: what no server heard is in no log', async ({ page }) => {
  const { host, at } = await bought(page);
  const sent = await find(host, at, state => state.messages.find(({ kind }) => kind === 'request'));
  const look = sent.message.due + 100;
  const heard = await again(host, at, look);
  const lost = await without(host, sent, look, at);
  expect(leader(heard).last_index).toBeGreaterThan(1);
  expect(leader(lost).last_index).toBe(1);
});

test('append: the follower does not have the entry', async ({ page }) => {
  const { host, at } = await bought(page);
  const sent = await find(host, at, state => state.messages.find(({ kind, from }) =>
    kind === 'append' && state.servers.some(({ id, last_index }) => id === from && last_index > 1)));
  const look = sent.message.due + 1;
  const heard = await again(host, at, look);
  const lost = await without(host, sent, look, at);
  expect(server(heard, sent.message.to).last_index).toBeGreaterThan(1);
  expect(server(lost, sent.message.to).last_index).toBe(1);
});

test('append answer: the leader does not know that it has a majority', async ({ page }) => {
  const { host, at } = await bought(page);
  const committed = await host.stepUntil(state => state.servers.some(({ role, high_water_mark }) =>
    role === 'leader' && high_water_mark > 1));
  const look = committed.state.at + 1;
  await again(host, at, at);
  const sent = await find(host, at, new Function('state', `return state.messages.find(({ kind, due }) =>
    kind === 'append-answer' && Math.abs(due - ${committed.state.at}) <= 1);`));
  const heard = await again(host, at, look);
  const lost = await without(host, sent, look, at);
  expect(leader(heard).high_water_mark).toBeGreaterThan(1);
  expect(leader(lost).high_water_mark).toBe(1);
});

test('heartbeat: the follower is not told the new mark', async ({ page }) => {
  const { host, at } = await bought(page);
  const committed = await host.seekUntil(at, SEARCH.by, state => state.servers.some(({ role, high_water_mark, last_index }) =>
    role === 'leader' && last_index === 3 && high_water_mark === 3), SEARCH.times);
  const sent = await find(host, committed.state.at, new Function('state', `
    const behind = id => state.servers.find(server => server.id === id).high_water_mark < 3;
    return state.messages.find(({ kind, to, sent }) => kind === 'heartbeat' && sent >= ${committed.state.at} && behind(to));`));
  const look = sent.message.due + 1;
  const heard = await again(host, at, look);
  const lost = await without(host, sent, look, at);
  expect(server(heard, sent.message.to).high_water_mark).toBe(3);
  expect(server(lost, sent.message.to).high_water_mark).toBeLessThan(3);
});

test('answer: the customer does not know that the purchase is done', async ({ page }) => {
  const { host, at } = await bought(page);
  const sent = await find(host, at, state => state.messages.find(({ kind }) => kind === 'answer'));
  const look = sent.message.due + 1;
  const heard = await again(host, at, look);
  const lost = await without(host, sent, look, at);
  expect(heard.clients[0].requests[0].answer).toBe('done');
  expect(lost.clients[0].requests[0].answer).toBeNull();
});
