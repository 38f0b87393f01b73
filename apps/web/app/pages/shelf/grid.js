// The covers on their boards. One Tab leads to them, arrow keys from one to the next.
import { html, signal, useComputed } from '../../html.js';
import { Cover } from '../../ui/cover.js';

const focused = signal(null);
// Made once: making one takes longer than all else that a card needs.
const numbers = new Intl.NumberFormat('en');
// The same element for the same MOC: whatever else changes, a thousand cards are not drawn again.
const cards = new WeakMap();

/** `stale`: these are still those of the search before. */
export function Grid({ mocs, stale }) {
  const first = mocs[0].id;
  if (!mocs.some((moc) => moc.id === focused.peek())) focused.value = first;
  return html`
    <ul class=${stale ? 'grid stale' : 'grid'} aria-label="MOCs" aria-describedby="grid-keys" onKeyDown=${move}>
      ${mocs.map(cardOf)}
    </ul>
    <p id="grid-keys" class="hidden">Arrow keys move between the MOCs, Enter opens one.</p>
  `;
}

function cardOf(moc) {
  if (!cards.has(moc)) cards.set(moc, html`<${Card} key=${moc.id} moc=${moc} />`);
  return cards.get(moc);
}

function Card({ moc }) {
  const tabIndex = useComputed(() => (focused.value === moc.id ? 0 : -1));
  return html`
    <li>
      <a href=${`/mocs/${moc.id}`} tabindex=${tabIndex} onFocus=${() => (focused.value = moc.id)}>
        <span class="stand"><${Cover} address=${moc.thumbnailUrl} title=${moc.title} /></span>
        <span class="caption">
          <span class="title">${moc.title}</span>
          <span class="facts">${facts(moc)}</span>
        </span>
      </a>
    </li>
  `;
}

function facts({ type, setNumber, theme, partsCount }) {
  const parts = partsCount && `${numbers.format(partsCount)} parts`;
  return [type === 'set' && `Set ${setNumber}`, theme, parts].filter(Boolean).join(' · ');
}

function move(event) {
  const links = [...event.currentTarget.querySelectorAll('a')];
  const at = links.indexOf(event.target);
  const columns = inOneRow(links);
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, Home: -at, End: Infinity };
  const step = steps[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const to = at + step;
  // From the last full row down there is only the end.
  links[to < 0 ? at : Math.min(to, links.length - 1)].focus();
}

function inOneRow(links) {
  const top = links[0].getBoundingClientRect().top;
  const below = links.findIndex((link) => link.getBoundingClientRect().top > top + 1);
  return below === -1 ? links.length : below;
}
