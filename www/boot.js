// The first lines of the worker, behind `parts.js` and `worker.js` in a blob or alone at an address. The page sends the compiled
// program, the port over which it will speak, and where the rest is, if this is only the first part of the program; the answer says
// only whether it runs. The rest comes in a message of its own.
'use strict';
self.onmessage = async ({ data: { module, port, rest } }) => {
  if (!port) return parts.worker.complete(module);
  try {
    if (typeof wasm_bindgen === 'undefined') importScripts(...['parts', 'worker'].map(name => `./${name}.js${self.location.search}`));
    if (rest) parts.worker = new Parts(rest);
    const first = await wasm_bindgen({ module_or_path: module });
    if (rest) parts.worker.first = first;
    wasm_bindgen.start(port);
    self.postMessage({ started: true });
  } catch (error) {
    self.postMessage({ failed: String(error) });
  }
};
