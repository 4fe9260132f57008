// The first lines of the worker, behind `worker.js` in a blob or alone at an address. The page sends the compiled program and the
// port over which it will speak; the answer says only whether it runs.
'use strict';
self.onmessage = async ({ data: { module, port } }) => {
  try {
    if (typeof wasm_bindgen === 'undefined') importScripts(`./worker.js${self.location.search}`);
    await wasm_bindgen({ module_or_path: module });
    wasm_bindgen.start(port);
    self.postMessage({ started: true });
  } catch (error) {
    self.postMessage({ failed: String(error) });
  }
};
