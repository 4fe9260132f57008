//! The line to the worker: every request gets exactly one answer, in order.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, MessagePort};

use super::start_script;
use crate::wire::{BUILD, FromWorker, ToWorker, pack, unpack};

type OnAnswer = Box<dyn FnOnce(FromWorker)>;

/// An open line. Requests may be sent before the worker has said who it is: the port keeps them.
pub struct Link {
    port: MessagePort,
    awaited: RefCell<VecDeque<OnAnswer>>,
    engine: RefCell<u32>,
}

impl Link {
    /// Takes over the page's end of the line.
    pub fn open(port: MessagePort) -> Rc<Link> {
        let link = Rc::new(Link { port, awaited: RefCell::default(), engine: RefCell::new(0) });
        let listening = Rc::clone(&link);
        let hear =
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| listening.hear(&event.data()));
        link.port.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        hear.forget();
        link
    }

    /// Sends a request; its answer goes to `on_answer`.
    pub fn ask(&self, request: &ToWorker, on_answer: impl FnOnce(FromWorker) + 'static) {
        self.awaited.borrow_mut().push_back(Box::new(on_answer));
        let bytes = Uint8Array::from(pack(request).as_slice());
        self.port.post_message(&bytes).expect("bytes can be posted");
    }

    /// Nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.awaited.borrow().is_empty()
    }

    /// The version of the simulation; 0 until the worker has said it.
    pub fn engine(&self) -> u32 {
        *self.engine.borrow()
    }

    fn hear(&self, data: &JsValue) {
        if let Some(panic) = panic_text(data) {
            // What it may still have sent comes from a broken program: no view may be built on it any more.
            self.port.set_onmessage(None);
            return start_script::fail("broken", &format!("worker: {panic}"));
        }
        // Page and worker are of one build, so an answer that cannot be read is a program error.
        let bytes = data.dyn_ref::<Uint8Array>().unwrap_or_else(|| panic!("not an answer"));
        match unpack(&bytes.to_vec()).unwrap_or_else(|error| panic!("not an answer: {error}")) {
            FromWorker::Hello { build, engine } => self.meet(&build, engine),
            answer => self.answered(answer),
        }
    }

    fn meet(&self, build: &str, engine: u32) {
        self.engine.replace(engine);
        if build != BUILD {
            start_script::fail("outdated", &format!("the page is build {BUILD}, the worker {build}"));
        }
    }

    fn answered(&self, answer: FromWorker) {
        let on_answer = self.awaited.borrow_mut().pop_front().expect("the worker only answers");
        on_answer(answer);
    }
}

/// The last words of a worker that has panicked.
fn panic_text(data: &JsValue) -> Option<String> {
    data.is_object().then(|| js_sys::Reflect::get(data, &"panic".into()).ok()?.as_string()).flatten()
}
