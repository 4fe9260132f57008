// A real reveal.js deck: the playground on slide 2, loaded when the slide comes and unloaded when it goes, on slide 4 once
// more, loaded early and kept, and on slide 6 with fragments that carry moments. It has a speaker view. The address of the deck says where
// the playground is: src.
'use strict';
const src = new URLSearchParams(location.search).get('src');
const STEPS = new URL('en/heartbeat/?embed=1&host=slides', new URL('/', src)).href;
const heard = [];

addEventListener('message', ({ source, data }) => {
  const frame = [...document.querySelectorAll('iframe')].find(frame => frame.contentWindow === source);
  if (frame && data?.playground === 1) heard.push({ from: frame.title, ...data });
});

/** The answer of the playground in the frame with that title to a command; without one its state. */
function ask(title, command = { cmd: 'state' }) {
  const frame = document.querySelector(`iframe[title="${title}"]`);
  const ref = `deck-${Math.random()}`;
  return new Promise(resolve => {
    addEventListener('message', ({ data }) => data?.ref === ref && resolve(data));
    frame.contentWindow.postMessage({ playground: 1, ref, ...command }, '*');
  });
}

for (const frame of document.querySelectorAll('iframe')) frame.dataset.src = frame.title === 'Step by step' ? STEPS : src;
Object.assign(window, { lecture: { heard, ask } });
const plugin = Object.assign(document.createElement('script'), { src: new URL('/embed.js', src).href });
plugin.addEventListener('load', () =>
  Reveal.initialize({ hash: false, transition: 'none', viewDistance: 2, plugins: [RevealNotes, ConsensusPlayground] }));
document.head.append(plugin);
