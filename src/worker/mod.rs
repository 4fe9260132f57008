//! The worker: the simulation behind a message port. [`driver`] answers requests and knows nothing of browsers; the glue here
//! carries them to and from the port.

pub mod driver;
mod guide;

#[cfg(all(feature = "worker", target_arch = "wasm32"))]
mod glue {
    use std::cell::RefCell;

    use js_sys::{Object, Reflect, Uint8Array};
    use wasm_bindgen::prelude::*;
    use web_sys::{MessageEvent, MessagePort};

    use super::driver::Driver;
    use crate::wire::{FromWorker, pack, unpack};

    thread_local! {
        /// Where a panic is told. The hook must not own it: a port belongs to one thread.
        static PORT: RefCell<Option<MessagePort>> = const { RefCell::new(None) };
    }

    /// Speaks first, then answers each request that comes over the port, in order.
    #[wasm_bindgen]
    pub fn start(port: MessagePort) {
        PORT.set(Some(port.clone()));
        std::panic::set_hook(Box::new(|info| tell_panic(&info.to_string())));
        let mut driver = Driver::new();
        post(&port, &driver.hello());
        let answers = port.clone();
        let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            // Page and worker are of one build, so a request that cannot be read is a program error.
            let bytes = event.data().dyn_into::<Uint8Array>().unwrap_or_else(|_| panic!("not a request"));
            let request = unpack(&bytes.to_vec()).unwrap_or_else(|error| panic!("not a request: {error}"));
            post(&answers, &driver.receive(request));
        });
        port.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        hear.forget();
    }

    #[wasm_bindgen]
    extern "C" {
        /// Comes back when one more part of this program is here. `split` lets a part call it that needs a later one.
        #[wasm_bindgen(js_namespace = ["parts", "worker"], js_name = restIsMissing)]
        fn rest_is_missing();
    }

    /// Keeps the import in the program, for `split`.
    #[wasm_bindgen]
    pub fn keep_rest_is_missing() {
        rest_is_missing();
    }

    fn post(port: &MessagePort, message: &FromWorker) {
        let value = Uint8Array::from(pack(message).as_slice());
        port.post_message(&value).unwrap_or_else(|error| panic!("cannot be sent: {error:?}"));
    }

    /// The last words of the worker. Nothing here may fail: a panic inside the hook would hide the first one.
    fn tell_panic(text: &str) {
        let message = Object::new();
        let _ = Reflect::set(&message, &"panic".into(), &text.into());
        PORT.with_borrow(|port| port.as_ref().map(|port| port.post_message(&message)));
    }
}
