// A host as a lecturer might write one. Its address says what to embed: src, sandbox, width, height, above (pixels of text
// before the frame), first (a message sent when the frame's load event fires, as a slide deck does).
'use strict';
const asked = new URLSearchParams(location.search);
const frame = document.createElement('iframe');
const heard = [];
const waiting = new Map();
let asks = 0;

frame.title = 'Consensus Playground';
frame.width = asked.get('width') ?? '960';
frame.height = asked.get('height') ?? '540';
if (asked.has('sandbox')) frame.setAttribute('sandbox', asked.get('sandbox'));
if (asked.has('first')) frame.addEventListener('load', () => tell(asked.get('first')), { once: true });
document.getElementById('before').style.height = `${asked.get('above') ?? 0}px`;
document.getElementById('after').style.height = `${asked.get('above') ?? 0}px`;

/** Sends and does not wait. */
function tell(message) {
  frame.contentWindow.postMessage(message, '*');
}

/** Sends a command and waits for the answer that carries the same `ref`. */
function ask(command) {
  const ref = `ask-${++asks}`;
  const answer = new Promise(resolve => waiting.set(ref, resolve));
  tell({ playground: 1, ref, ...command });
  return answer;
}

/** Several commands, one after the other; the answer to the last one. */
async function askAll(commands) {
  let answer = null;
  for (const command of commands) answer = await ask(command);
  return answer;
}

/**
 * Asks again and again, until the state has `found` (a function's text), and gives what it found there together with that state.
 * Here rather than in the test, because each question would otherwise cross the browser's border twice.
 */
async function askUntil(command, found, times) {
  const look = new Function('state', `return (${found})(state);`);
  for (let time = 0; time < times; time++) {
    const state = await ask(typeof command === 'function' ? command(time) : command);
    const seen = look(state);
    if (seen) return { seen, state };
  }
  return null;
}

/** Goes on in even steps from `from`, until the state has `found`. */
function seekUntil(from, by, found, times) {
  return askUntil(time => ({ cmd: 'seek', at: from + time * by }), found, times);
}

addEventListener('message', ({ source, data }) => {
  if (source !== frame.contentWindow) return;
  heard.push(data);
  const resolve = data && waiting.get(data.ref);
  if (!resolve) return;
  waiting.delete(data.ref);
  resolve(data);
});

frame.src = asked.get('src');
document.getElementById('before').after(frame);
Object.assign(window, { host: { frame, heard, tell, ask, askAll, askUntil, seekUntil } });
