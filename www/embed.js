// For whoever puts the playground into a page: an element, and a plugin for reveal.js. Both only make and talk to a frame; a plain
// <iframe> does without them.
//
//   <script src="…/embed.js"></script>
//   <consensus-playground lesson="heartbeat" lang="en" theme="dark"></consensus-playground>
//
//   Reveal.initialize({ plugins: [ConsensusPlayground] });
//   <p class="fragment" data-at="6500">…</p>     the frame of the slide goes to that moment
(() => {
  'use strict';
  const script = document.currentScript ?? document.querySelector('script[src*="embed.js"]');
  const root = new URL('./', script.src);
  const PARAMETERS = ['theme', 'autoplay', 'speed', 'controls', 'present', 'host', 'links', 'ctl', 'motion', 'predict', 'at', 'servers',
    'seed', 'autosize'];

  class Playground extends HTMLElement {
    static observedAttributes = ['lesson', 'lang', 'frame-id', 'rule', 'share', 'width', 'height', ...PARAMETERS];

    /** The address of the frame. */
    get src() {
      const has = name => this.getAttribute(name);
      const lang = has('lang') ?? document.documentElement.lang.split('-')[0];
      const folder = lang ? `${lang === 'ko' ? 'ko' : 'en'}/` : '';
      const url = new URL(folder + (has('lesson') ? `${has('lesson')}/` : ''), root);
      url.searchParams.set('embed', '1');
      for (const name of PARAMETERS) if (has(name) !== null) url.searchParams.set(name, has(name) || '1');
      if (has('frame-id')) url.searchParams.set('id', has('frame-id'));
      for (const rule of (has('rule') ?? '').split(/\s+/).filter(Boolean)) url.searchParams.append('rule', rule);
      if (has('share')) url.hash = `s=${has('share')}`;
      return url.href;
    }

    connectedCallback() {
      this.frame ??= Object.assign(document.createElement('iframe'), { allow: 'fullscreen; clipboard-write', loading: 'lazy' });
      this.style.display ||= 'block';
      Object.assign(this.frame.style, { border: '0', display: 'block', maxWidth: '100%' });
      addEventListener('message', this);
      this.attributeChangedCallback();
      if (!this.frame.isConnected) this.append(this.frame);
    }

    disconnectedCallback() {
      removeEventListener('message', this);
    }

    attributeChangedCallback() {
      if (!this.frame) return;
      this.frame.title = this.title || 'Consensus Playground';
      this.frame.width = this.getAttribute('width') ?? '100%';
      this.frame.height = this.getAttribute('height') ?? '540';
      if (this.frame.src !== this.src) this.frame.src = this.src;
    }

    handleEvent({ source, data }) {
      if (source !== this.frame.contentWindow || data?.playground !== 1) return;
      if (data.ev === 'size') this.frame.height = data.height;
      this.dispatchEvent(new CustomEvent(`playground-${data.ev}`, { detail: data, bubbles: true }));
    }

    /** Sends a command, such as `send('seek', { at: 6500 })`. */
    send(cmd, fields = {}) {
      this.frame?.contentWindow?.postMessage({ playground: 1, cmd, ...fields }, '*');
    }
  }
  if (!customElements.get('consensus-playground')) customElements.define('consensus-playground', Playground);

  /**
   * Fragments with `data-at` send the frames of their slide to that moment, and back when they are hidden again. A frame that was still
   * loading when its slide came starts as soon as it can.
   */
  const plugin = () => ({
    id: 'consensus-playground',
    init(deck) {
      const frames = () => [...deck.getCurrentSlide().querySelectorAll('iframe')].filter(({ src }) => /[?&]embed=1/.test(src));
      const steps = () => deck.getCurrentSlide()?.querySelector('.fragment[data-at]');
      const show = () => {
        if (!steps()) return;
        const slide = deck.getCurrentSlide();
        const shown = [...slide.querySelectorAll('.fragment.visible[data-at]')].pop() ?? slide;
        const at = Number(shown.dataset.at ?? 0);
        for (const { contentWindow } of frames()) {
          for (const command of [{ cmd: 'pause' }, { cmd: 'seek', at }]) contentWindow.postMessage({ playground: 1, ...command }, '*');
        }
      };
      // The deck tells a frame of a new slide to play right after it has told us: what stands in a fragment comes last.
      const soon = () => setTimeout(show);
      for (const event of ['ready', 'slidechanged', 'fragmentshown', 'fragmenthidden']) deck.on(event, soon);
      addEventListener('message', ({ source, data }) => {
        if (data?.playground !== 1 || data.ev !== 'ready' || !frames().some(frame => frame.contentWindow === source)) return;
        if (steps()) soon();
        else if (!deck.isSpeakerNotes()) source.postMessage('slide:start', '*'); // nothing runs in the speaker's own view
      });
    },
  });
  window.ConsensusPlayground = plugin;
})();
