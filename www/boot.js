// The first lines of the worker, behind `worker.js` and `parts.js` in a blob or alone at an address. The page sends the compiled
// program, the port over which it will speak, and where later parts are, if this is only the first part of the program. Those come in
// messages of their own. The answer to each says only whether it runs.
'use strict';
self.onmessage = async ({ data }) => {
  try {
    await (data.port ? start(data) : parts.worker.join(data.modules));
    self.postMessage({ runs: true });
  } catch (error) {
    self.postMessage({ failed: String(error) });
  }
};

async function start({ module, port, later }) {
  if (typeof wasm_bindgen === 'undefined') importScripts(...['worker', 'parts'].map(name => `./${name}.js${self.location.search}`));
  parts.worker = new Parts(later);
  parts.worker.first = await wasm_bindgen({ module_or_path: module });
  wasm_bindgen.start(port);
}
