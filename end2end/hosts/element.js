// Loads the playground's own script from where the address says: site.
'use strict';
const script = document.createElement('script');
script.src = new URL('embed.js', new URLSearchParams(location.search).get('site')).href;
document.head.append(script);
window.heard = [];
for (const ev of ['ready', 'state', 'event']) addEventListener(`playground-${ev}`, ({ detail }) => window.heard.push(detail));
