// The shape of the state, written down a second time from docs/contract.md and not from the code, so that the two can disagree.
import { expect } from '@playwright/test';

const nothingOr = check => value => value === null || check(value);
const text = value => typeof value === 'string';
const yesOrNo = value => typeof value === 'boolean';
const whole = value => Number.isInteger(value) && value >= 0;
const positive = value => typeof value === 'number' && value > 0;
const oneOf = (...values) => value => values.includes(value);
const letter = value => /^[A-I]$/.test(value);
const machine = value => letter(value) || /^(server|database|web-[1-8])$/.test(value);
const client = value => /^client-\d+$/.test(value);
const end = value => machine(value) || client(value);
const list = check => value => Array.isArray(value) && value.every(check);

const ROLE = oneOf('leader', 'follower', 'pre-candidate', 'candidate', 'down');
const ANSWER = oneOf('accepted', 'done', 'not-enough-money', 'sold-out', 'not-yours', 'not-leader', 'busy', 'expired', 'unknown');
const MESSAGE = oneOf('heartbeat', 'heartbeat-answer', 'append', 'append-answer', 'pre-vote', 'pre-vote-answer', 'vote',
  'vote-answer', 'snapshot', 'request', 'redirect', 'answer');
const PROMISE = oneOf('one-leader-per-generation', 'leader-appends-only', 'logs-match', 'committed-stays', 'same-order',
  'done-is-kept', 'at-most-once', 'money-and-goods', 'latest-is-latest', 'serves-again');
const ENTRY = oneOf('empty', 'open', 'buy', 'sell');

/** The answer to a command: every key in this order, with what it may hold. */
const STATE = {
  playground: oneOf(1), ev: oneOf('state'), ref: nothingOr(text), version: text, engine: whole, lang: oneOf('ko', 'en'),
  lesson: nothingOr(text), at: whole, end: whole, playing: yesOrNo, speed: positive,
  hash: value => /^[0-9a-f]{16}$/.test(value), rules: value => Object.values(value).every(text), wrong: list(text),
  servers: list(keys({
    id: letter, role: ROLE, generation: whole, voted_for: nothingOr(letter), last_index: whole, last_generation: whole,
    durable_index: whole, high_water_mark: whole, applied: whole, sends_to: list(letter),
    log: list(keys({ index: whole, generation: whole, kind: ENTRY, text })),
  })),
  hosts: list(keys({
    id: machine, kind: oneOf('web', 'database', 'server'), up: yesOrNo, cpu: whole, memory: whole, disk: whole, network: whole,
    queue: whole, latency_p50_ms: whole, latency_p99_ms: whole,
  })),
  messages: list(keys({ id: whole, kind: MESSAGE, from: end, to: end, sent: whole, due: whole, held: yesOrNo })),
  clients: list(keys({
    id: client, name: text,
    requests: list(keys({ number: whole, waiting: yesOrNo, tries: whole, answer: nothingOr(ANSWER) })),
    last_view: nothingOr(keys({ server: machine, as_of: whole, money: whole, items: items() })),
  })),
  accounts: list(keys({ server: machine, owner: text, money: whole, items: items() })),
  answers: list(keys({ server: machine, client, number: whole, answer: ANSWER })),
  promises: list(keys({ name: PROMISE, verdict: oneOf('kept', 'waiting', 'broken'), broken_at: nothingOr(whole) })),
};

function items() {
  return value => Object.entries(value).every(([name, count]) => /^[a-z-]+$/.test(name) && whole(count));
}

/** An object with exactly these keys, in this order. */
function keys(shape) {
  return value => {
    expect(Object.keys(value)).toEqual(Object.keys(shape));
    for (const [key, check] of Object.entries(shape)) {
      expect(check(value[key]), `${key} is ${JSON.stringify(value[key])}`).toBe(true);
    }
    return true;
  };
}

/** Fails with the key that is not as the contract says. */
export function expectState(state) {
  keys(STATE)(state);
}

/** The codes that an `error` may carry. */
export const CODES = ['no-leader', 'already-down', 'not-down', 'nothing-to-retry', 'no-such-server', 'no-such-message',
  'needs-reset', 'not-in-this-lesson', 'bad-message', 'too-many', 'everybody-asked', 'too-large'];

/** Fails unless it is an error with that code and a sentence for people. */
export function expectError(answer, code) {
  expect(Object.keys(answer)).toEqual(['playground', 'ev', 'ref', 'code', 'text']);
  expect({ ev: answer.ev, code: answer.code }).toEqual({ ev: 'error', code });
  expect(answer.text.length).toBeGreaterThan(3);
}
