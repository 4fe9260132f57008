// A program that was cut in two (see split/): the first part has what runs until a lesson can be used, and the rest comes behind it.
// Loaded by the page and by its worker.
'use strict';
/** The programs that run here in two parts, `page` and `worker`. */
self.parts = {};

self.Parts = class {
  #rest;
  #complete = false;

  /** `rest` is the address of the second part, for when it is needed before it has come. */
  constructor(rest) {
    this.#rest = rest;
  }

  /** What the first part exports; known as soon as it runs. */
  first;

  /** Joins the second part to the first one. */
  complete(module) {
    if (this.#complete) return;
    new WebAssembly.Instance(module, { first: this.first });
    this.#complete = true;
  }

  /** The first part calls a function of the second one: nothing can be done before it is here, so this thread waits. */
  restIsMissing() {
    const request = new XMLHttpRequest();
    request.open('GET', this.#rest, false);
    request.overrideMimeType('text/plain; charset=x-user-defined'); // a page that waits may only ask for text
    request.send();
    if (request.status !== 200) throw new WebAssembly.RuntimeError(`${this.#rest}: ${request.status}`);
    const bytes = Uint8Array.from(request.responseText, letter => letter.charCodeAt(0));
    this.complete(new WebAssembly.Module(bytes));
  }
};
