// Fetches the page's program and the worker's, brings the worker up on the first rung of a ladder that holds, and joins the two by
// a message port; neither learns which rung it is. Where somebody starts who comes for the first time, the first parts of the programs
// are enough to begin. `start.js` and `parts.js` have run before.
(() => {
  'use strict';
  if (!window.playground) return; // the page is on its way to another one
  const html = document.documentElement;
  const files = document.currentScript.dataset;
  const query = new URLSearchParams(location.search);
  const qa = query.get('qa');
  const { fail, failLater, parsed, complete, atEnd } = window.playground;
  const SILENCE_MS = 3000; // how long a rung may take before the next one is tried
  const WASM = 'application/wasm';
  const PAUSE_MAX_MS = 60_000; // between two tries to fetch what nobody waits for
  const root = new URL(html.dataset.root, location.href);
  const hashed = name => new URL(name, root).href;
  const versioned = name => new URL(`${name}?v=${html.dataset.build}`, root).href;

  function failure(kind, text) {
    return Object.assign(new Error(text), { kind });
  }

  /** A file that stands in the page itself: in the site as one file, where nothing can be fetched. */
  async function inside(address) {
    const block = document.querySelector(`script[data-file="${new URL(address).pathname.split('/').pop()}"]`);
    if (!block) return null;
    const packed = Uint8Array.from(atob(block.textContent), letter => letter.charCodeAt(0));
    return unpacked(new Blob([packed]).stream(), address.includes('.wasm') ? WASM : 'text/javascript');
  }

  function unpacked(packed, type) {
    return new Response(packed.pipeThrough(new DecompressionStream('gzip')), { headers: { 'content-type': type } });
  }

  /** An address from which a script can be loaded. */
  async function scriptAddress(address) {
    const own = await inside(address);
    return own ? URL.createObjectURL(await own.blob()) : address;
  }

  async function get(address) {
    const own = await inside(address);
    if (own) return own;
    const response = await fetch(address).catch(error => { throw failure('missing', `${address}: ${error.message}`); });
    if (!response.ok) throw failure('gone', `${address}: ${response.status}`);
    return response;
  }

  async function compile(address) {
    const found = await get(address);
    const response = files.packed && address.includes(files.packed) ? unpacked(found.body, WASM) : found;
    const streams = response.headers.get('content-type')?.startsWith(WASM);
    try {
      return await (streams ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer()));
    } catch (error) {
      const forbidden = /content security policy|\bCSP\b/i.test(error.message);
      throw failure(forbidden ? 'unsupported' : 'broken', `${address}: ${error.message}`);
    }
  }

  // ---- the programs in parts -------------------------------------------------------------------------------------------------------
  /** The first part of a program is there in a form, too, which is smaller than what hosts make of it; older browsers cannot read that. */
  const smallest = wasm => (files.packed && typeof DecompressionStream === 'function' ? wasm.replace('_bg.wasm', files.packed) : wasm);

  /** Where the later parts of a program are. */
  const laterOf = wasm => (files.later ?? '').split(' ').filter(Boolean).map(end => wasm.replace('_bg.wasm', end));
  const pageLater = laterOf(hashed(files.pageWasm));
  const workerLater = laterOf(versioned('worker_bg.wasm'));
  const fetched = [];

  /**
   * How many of them are needed to begin. The first parts were cut for the first lesson, and the next ones for the home page, as both
   * are without parameters.
   */
  const enough = (() => {
    const { page, lesson } = html.dataset;
    const plain = [...query.keys()].every(key => key === 'qa') && location.hash === '' && Parts.canWait;
    if (plain && lesson === 'single-server') return 0;
    return plain && page === 'home' ? Math.min(1, pageLater.length) : pageLater.length;
  })();

  /** So many later parts of both programs; on their way from the first call on. */
  function fetchLater(count) {
    for (let number = fetched.length; number < count; number += 1) {
      fetched.push(Promise.all([compile(pageLater[number]), compile(workerLater[number])]));
    }
    return Promise.all(fetched.slice(0, count));
  }

  /** The style sheet that the page does not name; the site as one file has all styles. Without it panels can be read as well. */
  let styled;
  function style() {
    if (!files.style) return null;
    styled ??= new Promise(resolve => {
      const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', crossOrigin: 'anonymous' });
      Object.assign(link, { href: hashed(files.style), integrity: files.styleCheck, onload: resolve, onerror: resolve });
      document.head.append(link);
    });
    return styled;
  }

  async function putIn(worker, count) {
    const both = await fetchLater(count);
    if (count === 0) return;
    const joined = Promise.all([parts.page.join(both.map(([page]) => page)), worker.putIn(both.map(([, later]) => later))]);
    await joined.catch(error => { throw failure('outdated', error.message); });
  }

  /** All of them, one after the other, and the words and styles of the panels, behind a page that is in use: a network that is away for a while may come back, and what was missed meanwhile is told there. */
  async function putInSometime(worker) {
    let ended = false;
    atEnd(() => { ended = true; });
    for (let pause = 1000; !ended; pause = Math.min(2 * pause, PAUSE_MAX_MS)) {
      try {
        for (let count = enough + 1; count <= pageLater.length; count += 1) await putIn(worker, count);
        return await Promise.all([parts.words.fetch(get), style()]);
      } catch (error) {
        if (error.kind === 'outdated') throw error;
        fetched.length = 0;
        await new Promise(resolve => setTimeout(resolve, pause));
      }
    }
  }

  // ---- the worker ------------------------------------------------------------------------------------------------------------------
  // Each rung answers with the port to the worker, and with what puts in later parts of its program.

  /** Brings the worker up in a worker of its own, started from this address. */
  function inWorker(address, module) {
    return new Promise((resolve, reject) => {
      const started = new Worker(address);
      const { port1, port2 } = new MessageChannel();
      const putIn = modules => new Promise((joined, refused) => {
        started.onmessage = ({ data }) => (data.failed ? refused(new Error(data.failed)) : joined());
        started.postMessage({ modules });
      });
      const giveUp = reason => {
        clearTimeout(silence);
        started.terminate();
        reject(new Error(reason));
      };
      const silence = setTimeout(() => giveUp('silent'), SILENCE_MS);
      started.onerror = event => { event.preventDefault(); giveUp(event.message ?? 'did not start'); };
      started.onmessage = ({ data }) => {
        if (data.failed) return giveUp(data.failed);
        clearTimeout(silence);
        started.onerror = event => failLater(event.message ?? 'the worker ended');
        atEnd(() => started.terminate());
        resolve({ port: port2, putIn });
      };
      started.postMessage({ module, port: port1, later: workerLater }, [port1]);
    });
  }

  /** A worker from a blob obeys the page's policy, and works in a frame whose sandbox gives it no origin. */
  async function fromBlob(module, scripts) {
    const address = URL.createObjectURL(new Blob([scripts.join('\n')], { type: 'text/javascript' }));
    try {
      return await inWorker(address, module);
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  function fromAddress(module) {
    return inWorker(versioned('boot.js'), module);
  }

  /** Without any worker: the same program on the page's own thread. */
  async function onThisThread(module) {
    const src = await scriptAddress(versioned('worker.js'));
    await new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement('script'), { src, onload: resolve });
      script.dataset.spare = ''; // this failure is told below
      script.onerror = () => reject(new Error('its script did not load'));
      document.head.append(script);
    });
    const { port1, port2 } = new MessageChannel();
    parts.worker = new Parts(workerLater);
    parts.worker.first = await wasm_bindgen({ module_or_path: module });
    wasm_bindgen.start(port1);
    return { port: port2, putIn: modules => parts.worker.join(modules) };
  }

  /** The worker on the first rung that holds. `?qa=rung-2` and `?qa=rung-3` start further down. */
  async function climb() {
    const texts = ['worker.js', 'parts.js', 'boot.js'].map(async name => (await get(versioned(name))).text());
    const [module, ...scripts] = await Promise.all([compile(smallest(versioned('worker_bg.wasm'))), ...texts]);
    const first = Number(/^rung-([23])$/.exec(qa)?.[1] ?? 1);
    const reasons = [];
    for (const [index, rung] of [fromBlob, fromAddress, onThisThread].entries()) {
      if (index + 1 < first) continue;
      try {
        const worker = await rung(module, scripts);
        html.dataset.rung = index + 1;
        return worker;
      } catch (error) {
        reasons.push(`rung ${index + 1}: ${error.message}`);
      }
    }
    throw failure('broken', reasons.join('; '));
  }

  async function load() {
    const script = import(await scriptAddress(hashed(files.pageJs))).catch(async error => {
      await get(hashed(files.pageJs)); // says why, which import() does not
      throw error;
    });
    const [page, module] = await Promise.all([script, compile(smallest(hashed(files.pageWasm)))]);
    parts.page = new Parts(pageLater);
    parts.page.first = await page.default({ module_or_path: module });
    return page;
  }

  /** With `ctl=1` nothing more is fetched before somebody presses the button on the still picture. */
  async function asked() {
    await parsed;
    const words = JSON.parse(document.getElementById('words').textContent);
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'poster', ariaLabel: words['button.play'] });
    document.getElementById('stage').append(button);
    await new Promise(resolve => button.addEventListener('click', resolve, { once: true }));
    button.remove();
    html.dataset.pressed = ''; // and plays as soon as it can
  }

  async function run() {
    if (query.get('ctl') === '1') await asked();
    if (typeof WebAssembly !== 'object') throw failure('unsupported', 'there is no WebAssembly');
    const begun = parsed.then(() => {
      parts.words = new LaterWords(hashed(document.getElementById('words').dataset.words));
      return enough === pageLater.length && Promise.all([parts.words.fetch(get), style()]);
    });
    const [page, worker] = await Promise.all([load(), climb(), begun, fetchLater(enough)]);
    if (qa === 'panic-worker') worker.port.postMessage(qa); // no request: a program error, as a test needs it
    const line = qa === 'panic-page' ? nonsense() : worker.port;
    atEnd(() => line.close());
    await putIn(worker, enough);
    fetchLater(Math.min(enough + 1, pageLater.length)).catch(() => {}); // on its way while the page begins
    page.start(line);
    await putInSometime(worker);
    complete();
  }

  function nonsense() {
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(qa);
    return port2;
  }

  run().catch(error => fail(error.kind ?? 'broken', String(error.message ?? error)));
})();
