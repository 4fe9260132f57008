// A program that was cut in parts (see split/): the first part has what runs until a lesson can be used, and later ones come behind it.
// Loaded by the page and by its worker, behind the script of its program.
/** The programs that run here, `page` and `worker`. */
self.parts = {};

self.Parts = class Parts {
  #later;
  #before = {};
  #joined = 0;

  /** `later` are the addresses of the later parts, for when one is needed before it has come; a whole program has none and needs none. */
  constructor(later) {
    this.#later = later;
  }

  /** What the parts that are here export; known as soon as the first one runs. */
  get before() {
    return this.#before;
  }

  set first(exports) {
    Object.assign(this.#before, exports);
  }

  /** Joins later parts, from the second one on. That one is joined twice, when it was missed meanwhile, does no harm. */
  async join(modules) {
    for (const [number, module] of modules.entries()) {
      if (number < this.#joined) continue;
      const { exports } = await WebAssembly.instantiate(module, this);
      if (number === this.#joined) this.#has(exports);
    }
  }

  #has(exports) {
    Object.assign(this.#before, exports);
    this.#joined += 1;
  }

  /** A part calls a function of a later one: nothing can be done before it is here, so this thread waits for the next one. */
  restIsMissing() {
    const address = this.#later[this.#joined];
    // A thread that waits may only ask for text.
    Parts.now(address, 'text/plain; charset=x-user-defined', text => {
      const bytes = Uint8Array.from(text, letter => letter.charCodeAt(0));
      this.#has(new WebAssembly.Instance(new WebAssembly.Module(bytes), this).exports);
    });
  }

  /** Fetches a file as text and does something with it; this thread waits. */
  static now(address, type, act) {
    let kind = 'missing';
    try {
      const request = new XMLHttpRequest();
      request.open('GET', address, false);
      request.overrideMimeType(type);
      request.send();
      kind = request.status === 200 ? 'outdated' : 'gone';
      if (kind === 'gone') throw new Error(String(request.status));
      act(request.responseText);
    } catch (error) {
      // The program stands in the middle of something and cannot go on.
      self.playground?.fail(kind, `${address}: ${error.message}`);
      throw error;
    }
  }
};

/** The words that only later parts of the page say. */
self.LaterWords = class {
  #address;
  #texts;

  constructor(address) {
    this.#address = address;
  }

  /** Fetches them with `get`, which answers with a response. */
  async fetch(get) {
    this.#texts ??= await (await get(this.#address)).json();
  }

  /** All of them by their keys; when they have not come yet this thread waits. */
  texts() {
    if (!this.#texts) Parts.now(this.#address, 'application/json', text => { this.#texts = JSON.parse(text); });
    return this.#texts;
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
