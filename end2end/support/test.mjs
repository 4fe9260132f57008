// The `test` of every spec. Whatever a spec is about, the page must not complain while it runs: no error in the console, none
// uncaught, nothing that the content security policy blocked, and no request to anybody else.
import { test as base, expect } from '@playwright/test';
import { HOSTS, SITE } from './addresses.mjs';

const OURS = [SITE, HOSTS];
const INSIDE = ['data:', 'blob:', 'about:'];

/** Collects what must not happen. */
class Watch {
  #complaints = [];
  #allowed = [];

  /** Some complaints are what a test provokes, such as the browser's own line about a missing file. */
  allow(...patterns) {
    this.#allowed.push(...patterns);
  }

  complain(text) {
    this.#complaints.push(text);
  }

  /** What was heard and not allowed. */
  get complaints() {
    return this.#complaints.filter(text => !this.#allowed.some(pattern => pattern.test(text)));
  }

  async listen(context) {
    await context.addInitScript(() => addEventListener('securitypolicyviolation', event =>
      console.error(`blocked by the policy: ${event.violatedDirective} ${event.blockedURI}`)));
    context.on('console', message => message.type() === 'error' && this.complain(`console: ${message.text()}`));
    context.on('weberror', error => this.complain(`uncaught: ${error.error()}`));
    context.on('request', request => this.#request(request.url()));
  }

  #request(url) {
    const own = OURS.includes(new URL(url).origin) || INSIDE.some(scheme => url.startsWith(scheme));
    if (!own) this.complain(`request to somebody else: ${url}`);
  }
}

export const test = base.extend({
  watch: [async ({ context }, use) => {
    const watch = new Watch();
    await watch.listen(context);
    await use(watch);
    expect(watch.complaints, 'the page complained').toEqual([]);
  }, { auto: true }],
});

export { expect };
