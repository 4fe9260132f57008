// A program that was cut in two (see split/): the first part has what runs until a lesson can be used, and the rest comes behind it.
// Loaded by the page and by its worker, behind the script of its program.
/** The programs that run here, `page` and `worker`. */
self.parts = {};

self.Parts = class {
  #rest;
  #complete = false;

  /** `rest` is the address of the second part, for when it is needed before it has come; a whole program has none and needs none. */
  constructor(rest) {
    this.#rest = rest;
  }

  /** What the first part, or a whole program, exports; known as soon as it runs. */
  first;

  /** Joins the second part to the first one. That it is joined twice, when it was missed meanwhile, does no harm. */
  async complete(module) {
    if (this.#complete) return;
    await WebAssembly.instantiate(module, { first: this.first });
    this.#complete = true;
  }

  /** The first part calls a function of the second one: nothing can be done before it is here, so this thread waits. */
  restIsMissing() {
    try {
      const request = new XMLHttpRequest();
      request.open('GET', this.#rest, false);
      request.overrideMimeType('text/plain; charset=x-user-defined'); // a page that waits may only ask for text
      request.send();
      if (request.status !== 200) throw new Error(String(request.status));
      const bytes = Uint8Array.from(request.responseText, letter => letter.charCodeAt(0));
      new WebAssembly.Instance(new WebAssembly.Module(bytes), { first: this.first });
      this.#complete = true;
    } catch (error) {
      // The program stands in the middle of something and cannot go on.
      self.playground?.fail('missing', `${this.#rest}: ${error.message}`);
      throw error;
    }
  }
};

/** Whether a program of any size can be joined while this thread waits; older browsers refuse that on the page's own thread. */
self.Parts.canWait = (() => {
  const program = new Uint8Array(6000); // nothing but a section for nobody
  program.set([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x00, 0xe5, 0x2e]);
  try {
    return Boolean(new WebAssembly.Instance(new WebAssembly.Module(program)));
  } catch {
    return false;
  }
})();
