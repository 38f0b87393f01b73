// Rows that open: a button for each, what it hides below it. Arrow keys lead from one to the next.
import { html, useSignal } from '../app/html.js';

const AT_FIRST = 200;

/** `entries` have a `key`; `Face` is what a row shows, `Detail` what it opens. `filter` is what must be in it. */
export function Rows({ label, heads, entries, filter, Face, Detail, kind, empty }) {
  const opened = useSignal(null);
  const most = useSignal(AT_FIRST);
  const found = filter ? entries.filter(({ words }) => words.includes(filter)) : entries;
  if (!found.length) {
    return html`<p class="console-nothing">${entries.length ? 'Nothing fits the filter.' : empty}</p>`;
  }
  return html`
    <div class=${`heads ${kind}`} aria-hidden="true">${heads.map((head) => html`<span>${head}</span>`)}</div>
    <ul class=${`rows ${kind}`} aria-label=${label} onKeyDown=${move}>
      ${found.slice(0, most.value).map((entry) => html`
        <${Row} key=${entry.key} entry=${entry} opened=${opened} Face=${Face} Detail=${Detail} />
      `)}
    </ul>
    ${found.length > most.value && html`
      <button type="button" class="link" onClick=${() => (most.value += AT_FIRST)}>Show older ones</button>
    `}
  `;
}

function Row({ entry, opened, Face, Detail }) {
  const open = opened.value === entry.key;
  const toggle = () => (opened.value = open ? null : entry.key);
  return html`
    <li class=${open ? 'open' : ''}>
      <button type="button" class="row" aria-expanded=${open} onClick=${toggle}>
        <${Face} entry=${entry} />
      </button>
      ${open && html`<div class="detail"><${Detail} entry=${entry} /></div>`}
    </li>
  `;
}

function move(event) {
  const rows = [...event.currentTarget.querySelectorAll('.row')];
  const at = rows.indexOf(event.target);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (at < 0 || to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  rows[Math.min(Math.max(to, 0), rows.length - 1)].focus();
}
