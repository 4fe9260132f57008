//! What the start script (`www/start.js`) does for the program: it was there before it, and stays when it fails.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Ends everything and shows the error card; `kind` is `outdated` or `broken`. The first call counts.
    #[wasm_bindgen(js_namespace = playground)]
    pub fn fail(kind: &str, text: &str);

    /// From now on what the host says goes to `hear`, and first what it has said so far.
    #[wasm_bindgen(js_namespace = playground)]
    pub fn listen(hear: &Closure<dyn FnMut(JsValue)>);
}
