//! What the scripts outside do for the program (`www/start.js`, `www/parts.js`): they were there before it, and stay when it fails.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Ends everything and shows the error card; `kind` is `outdated` or `broken`. The first call counts.
    #[wasm_bindgen(js_namespace = playground)]
    pub fn fail(kind: &str, text: &str);

    /// From now on what the host says goes to `hear`, and first what it has said so far.
    #[wasm_bindgen(js_namespace = playground)]
    pub fn listen(hear: &Closure<dyn FnMut(JsValue)>);

    /// Acts when all of the program is here: at once, if it is not in parts.
    #[wasm_bindgen(js_namespace = playground, js_name = whenComplete)]
    pub fn when_complete(act: &JsValue);

    /// The words that come later, as an object; waits for them, if they are not here.
    #[wasm_bindgen(js_namespace = ["parts", "words"], js_name = texts)]
    pub fn later_words() -> JsValue;

    /// Comes back when one more part of this program is here. `split` lets a part call it that needs a later one.
    #[wasm_bindgen(js_namespace = ["parts", "page"], js_name = restIsMissing)]
    fn rest_is_missing();
}

/// Keeps the import in the program, for `split`.
#[wasm_bindgen]
pub fn keep_rest_is_missing() {
    rest_is_missing();
}
