// Types for `embed.js`.

/** What a frame says: `docs/contract.md`. */
export interface PlaygroundMessage {
  playground: 1;
  ev: 'ready' | 'event' | 'goal' | 'size' | 'error' | 'state';
  [field: string]: unknown;
}

/** `<consensus-playground lesson="heartbeat" lang="en" theme="dark">`: every parameter of the address is an attribute. */
export interface ConsensusPlaygroundElement extends HTMLElement {
  readonly frame: HTMLIFrameElement;
  readonly src: string;
  send(cmd: 'play' | 'pause' | 'step' | 'back' | 'reset' | 'state', fields?: { ref?: string }): void;
  send(cmd: 'seek', fields: { at: number; ref?: string }): void;
  send(cmd: 'speed', fields: { value: number; ref?: string }): void;
  send(cmd: 'theme', fields: { value: string; ref?: string }): void;
  send(cmd: 'load', fields: { lesson?: string; share?: string; ref?: string }): void;
  send(cmd: 'act', fields: { action: string; [field: string]: unknown }): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'consensus-playground': ConsensusPlaygroundElement;
  }
  interface Window {
    /** A plugin for reveal.js: `Reveal.initialize({ plugins: [ConsensusPlayground] })`. */
    ConsensusPlayground: () => { id: string; init(deck: unknown): void };
  }
}
