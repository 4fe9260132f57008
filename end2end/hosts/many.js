// Ten frames below each other, as a long article has them. The address says what each shows: src.
'use strict';
const src = new URLSearchParams(location.search).get('src');
const frames = [];

for (let nth = 0; nth < 10; nth++) {
  const frame = Object.assign(document.createElement('iframe'), { title: `frame ${nth}`, width: 800, height: 450 });
  frame.style.display = 'block';
  frame.style.marginBottom = '400px';
  frame.src = `${src}&seed=${nth}`;
  frames.push(frame);
  document.body.append(frame);
}

/** The state of one frame. */
function state(nth) {
  const ref = `many-${Math.random()}`;
  return new Promise(resolve => {
    addEventListener('message', ({ data }) => data?.ref === ref && resolve(data));
    frames[nth].contentWindow.postMessage({ playground: 1, cmd: 'state', ref }, '*');
  });
}

const ready = new Set();
addEventListener('message', ({ source, data }) => data?.ev === 'ready' && ready.add(source));
Object.assign(window, { many: { frames, state, ready, all: () => Promise.all(frames.map((_, nth) => state(nth))) } });
