//! The core on wasm32: the committed hashes, computed by the same code that the page's worker runs.
#![cfg(target_arch = "wasm32")]

#[path = "known/mod.rs"]
mod known;

use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn every_known_answer_comes_out() {
    for run in known::runs() {
        assert_eq!(known::hash_of(&run), run.hash, "{}", run.name);
    }
}
