// The first script of every page: small, plain, and outside the programs (`ladder.js` starts those, `parts.js` joins their parts), so
// that it still works when they do not. Before the first paint it gives the page its look and, at the root, its language. It keeps what a host says before
// the page can listen. When anything fails it shows a card and leaves the text and the still picture readable.
(() => {
  'use strict';
  const html = document.documentElement;
  const query = new URLSearchParams(location.search);
  const framed = window.parent !== window;

  // ---- opened from the disk, where browsers load no program: the site as one file beside it has everything inside ----------------
  if (location.protocol === 'file:' && !('single' in html.dataset)) {
    const root = new URL(html.dataset.root, location.href).href;
    const page = location.pathname.slice(new URL(root).pathname.length).replace(/index\.html$/, '');
    query.set('page', page);
    location.replace(`${root}playground.html?${query}${location.hash}`);
    return;
  }

  // ---- the look, before the first paint -----------------------------------------------------------------------------------
  const LOOKS = {
    theme: ['light', 'dark', 'contrast', 'projector'],
    controls: ['full', 'min', 'none'],
    motion: ['reduce', 'full'],
    present: ['1'],
  };
  const embed = query.get('embed') === '1';
  html.classList.toggle('embed', embed);
  html.classList.add('scripted'); // a lesson shows one phase at a time
  html.dataset.controls = embed ? 'min' : 'full';
  for (const [name, values] of Object.entries(LOOKS)) {
    if (values.includes(query.get(name))) html.dataset[name] = query.get(name);
  }

  const parsed = new Promise(resolve => {
    if (document.readyState !== 'loading') resolve();
    else addEventListener('DOMContentLoaded', () => resolve(), { once: true });
  });

  // ---- the language of the root page: the address's, then the browser's ---------------------------------------------------
  function chooseLanguage() {
    const wishes = [query.get('lang'), ...(navigator.languages ?? [])].map(wish => (wish ?? '').toLowerCase().split('-')[0]);
    const there = html.dataset.choose.split(' ');
    const lang = wishes.find(wish => there.includes(wish));
    if (!lang || lang === html.lang) return;
    html.hidden = true; // nothing is painted in the other language meanwhile
    parsed.then(() => {
      const other = document.querySelector(`template[lang="${lang}"]`);
      html.lang = lang;
      document.title = other.dataset.title;
      document.body.replaceChildren(other.content);
      html.hidden = false;
    });
  }
  if ('choose' in html.dataset) chooseLanguage();

  // ---- the site in one file: `?page=` names the page, and links to pages become that ----------------------------------------
  function choosePage() {
    html.hidden = true;
    parsed.then(() => {
      const pages = [...document.querySelectorAll('template[data-path]')];
      const wishes = [query.get('page'), `${query.get('lang')}/`, ...(navigator.languages ?? []).map(wish => `${wish.split('-')[0]}/`), html.dataset.single];
      const path = wishes.find(wish => pages.some(({ dataset }) => dataset.path === wish));
      const page = pages.find(({ dataset }) => dataset.path === path);
      html.lang = page.lang;
      Object.assign(html.dataset, page.dataset);
      document.title = page.dataset.title;
      document.body.replaceChildren(page.content);
      html.hidden = false;
      addEventListener('click', event => {
        const link = event.target.closest?.('a[href]');
        if (!link || event.defaultPrevented || /^(https?:|blob:|#)/.test(link.getAttribute('href'))) return;
        const target = new URL(link.getAttribute('href'), `https://site/${path}`);
        if (!pages.some(({ dataset }) => `/${dataset.path}` === target.pathname)) return;
        event.preventDefault();
        event.stopPropagation();
        query.delete('page');
        location.assign(`?page=${target.pathname.slice(1)}&${query}${target.hash}`.replace(/&(#|$)/, '$1'));
      }, true);
    });
  }
  if ('single' in html.dataset) choosePage();

  // ---- what the host says, from the very first moment ---------------------------------------------------------------------
  const early = new Map(); // the last signal of a deck and the last command, in the order in which they came
  function keep(data) {
    const signal = typeof data === 'string' && data.startsWith('slide:');
    if (!signal && data?.playground !== 1) return;
    const kind = signal ? 'signal' : 'command';
    early.delete(kind);
    early.set(kind, data);
  }
  let hear = keep;
  function listen(listener) {
    hear = listener;
    for (const data of early.values()) hear(data);
    early.clear();
  }
  addEventListener('message', event => {
    if (framed && event.source === window.parent) hear(event.data);
  });

  // ---- the card -------------------------------------------------------------------------------------------------------------
  let failed = false;
  let still = [];
  const endings = [];
  parsed.then(() => { still = [...document.querySelectorAll('#stage > svg')]; });
  const violations = [];
  addEventListener('securitypolicyviolation', event => violations.push(`${event.violatedDirective}: ${event.blockedURI}`));

  /**
   * Ends the programs and shows what happened. `kind` is `missing`, `gone`, `outdated`, `unsupported` or `broken`. Page and files of
   * two builds meet when a cache is in between: a fresh page may help, and is fetched if this one is not the fresh one already.
   */
  function fail(kind, text) {
    if (failed) return;
    failed = true;
    hear = () => {};
    for (const end of endings) end();
    const first = performance.getEntriesByType('navigation')[0]?.type === 'navigate';
    if ((kind === 'gone' || kind === 'outdated') && first) location.reload();
    else parsed.then(() => showCard(kind, text));
  }

  function showCard(kind, text) {
    const words = JSON.parse(document.getElementById('words')?.textContent ?? '{}');
    const say = key => words[`card.${key}`] ?? key;
    const report = [`Consensus Playground, build ${html.dataset.build}`, `${kind}: ${text}`, ...violations.slice(-3),
      `${location.pathname}${location.search}`, navigator.userAgent].join('\n');
    const card = element('section', { className: 'card', role: 'alert' });
    const told = element('pre', { textContent: report });
    const details = element('details', { className: 'report' });
    details.append(element('summary', { textContent: say('report') }), told);
    const copy = element('button', { type: 'button', textContent: say('copy') });
    const reload = element('button', { type: 'button', textContent: say('reload') });
    reload.addEventListener('click', () => location.reload());
    copy.addEventListener('click', () => copyText(told, details).then(done => { copy.textContent = say(done ? 'copied' : 'select'); }));
    card.append(element('h2', { textContent: say('title') }), element('p', { textContent: say(kind) }),
      element('p', { textContent: say('readable') }), reload, copy, details);
    document.getElementById('controls')?.replaceChildren();
    document.getElementById('panels')?.replaceChildren();
    document.getElementById('stage')?.replaceChildren(...still);
    html.dataset.failed = kind;
    html.classList.remove('scripted'); // all of a lesson can be read
    document.querySelector('main').before(card);
  }

  function element(name, properties) {
    return Object.assign(document.createElement(name), properties);
  }

  /** Whether the text is in the clipboard; a frame may not be allowed to write there, then it is selected to be copied by hand. */
  async function copyText(from, details) {
    details.open = true;
    getSelection()?.selectAllChildren(from);
    try {
      await navigator.clipboard.writeText(from.textContent);
      return true;
    } catch {
      return document.execCommand('copy');
    }
  }

  // A script that does not load, and a trap without a panic, such as an overflow of the stack, reach nobody else.
  addEventListener('error', ({ target }) => {
    if (target instanceof HTMLScriptElement && !target.dataset.spare) fail('missing', target.src);
  }, true);
  const isTrap = error => typeof WebAssembly === 'object' && error instanceof WebAssembly.RuntimeError;
  addEventListener('error', event => { if (isTrap(event.error)) failLater(event.error.message); });
  addEventListener('unhandledrejection', event => { if (isTrap(event.reason)) failLater(event.reason.message); });

  /** For what may only be the echo of a panic, whose own words are on their way. */
  function failLater(text) {
    setTimeout(() => fail('broken', text), 100);
  }

  // ---- small services for frames ---------------------------------------------------------------------------------------------
  if (query.get('links') === '0') {
    addEventListener('click', event => { if (event.target.closest?.('a[href]')) event.preventDefault(); }, true);
  }
  if (framed && query.get('autosize') === '1') {
    const tell = () => window.parent.postMessage({ playground: 1, ev: 'size', height: html.scrollHeight }, '*');
    parsed.then(() => new ResizeObserver(tell).observe(document.body));
  }

  // ---- the programs in parts ---------------------------------------------------------------------------------------------------
  let complete;
  const completed = new Promise(resolve => { complete = resolve; });

  window.playground = Object.freeze({
    listen, fail, failLater, parsed, complete, whenComplete: act => completed.then(() => failed || act()), atEnd: end => endings.push(end),
  });
})();
