// The lines of a parts list: what narrows them, and the table.
import { html, useEffect, useRef } from '../../../html.js';
import { useShortcuts } from '../../../ui/shortcuts.js';
import { have, missingOnly, setShown, shown, sort, SORTS, state, total, words } from './lines.js';
import { Table } from './table.js';

export function Parts({ list }) {
  const input = useRef(null);
  useShortcuts([
    { key: '/', label: 'Filter the parts', run: () => input.current.focus() },
    { key: 'm', label: 'Only missing parts, or all', run: () => (missingOnly.value = !missingOnly.peek()) },
    { key: '↑ ↓', label: 'From part to part' },
    { key: 'Space', label: 'Have all of a part, or none' },
    { key: '+ −', label: 'One piece more or less' },
    { key: 'Enter', label: 'Type the number of pieces' },
  ]);
  useEffect(() => {
    words.value = '';
  }, [list.id]);
  const some = shown.value;
  const ready = state.value === 'ready';
  const complete = some.every((line) => have(line) === line.quantity);
  const none = some.every((line) => have(line) === 0);
  const narrowed = words.value.trim() !== '' || missingOnly.value;
  const which = narrowed ? 'these' : 'all';
  if (state.value === 'loading' && some.length === 0 && !narrowed) return html`<${Waiting} />`;
  return html`
    <div class="parts-bar" role="search" aria-label="Parts">
      <div class="search">
        <label class="hidden" for="parts-words">Filter the parts</label>
        <input id="parts-words" ref=${input} type="search" placeholder="Name, number or colour" autocomplete="off"
          value=${words.value} onInput=${(event) => (words.value = event.target.value)} onKeyDown=${leave} />
      </div>
      <label class="parts-flag">
        <input type="checkbox" checked=${missingOnly.value}
          onChange=${(event) => (missingOnly.value = event.target.checked)} />
        Only missing
      </label>
      <label class="pick">
        <span class="hidden">Sort by</span>
        <select value=${sort.value} onChange=${(event) => (sort.value = event.target.value)}>
          ${SORTS.map(({ name, label }) => html`
            <option key=${name} value=${name} selected=${name === sort.value}>${label}</option>
          `)}
        </select>
      </label>
      <span class="parts-marks">
        <button type="button" class="link" disabled=${!ready || complete} onClick=${() => setShown(true)}>
          Mark ${which}
        </button>
        <button type="button" class="link" disabled=${!ready || none} onClick=${() => setShown(false)}>
          Unmark ${which}
        </button>
      </span>
    </div>
    <p class="fine parts-count" role="status">${counted(some.length, narrowed)}</p>
    ${some.length > 0 ? html`<${Table} lines=${some} />` : html`<${Nothing} />`}
  `;
}

function counted(count, narrowed) {
  const lines = (number) => `${number.toLocaleString('en')} ${number === 1 ? 'line' : 'lines'}`;
  if (state.value === 'loading') return `Loading … ${lines(count)} so far, of ${total.value.toLocaleString('en')}`;
  return narrowed ? `${lines(count)} of ${total.value.toLocaleString('en')}` : lines(count);
}

function leave(event) {
  if (event.key !== 'Escape' || !event.target.value) return;
  event.preventDefault();
  words.value = '';
}

function Nothing() {
  if (state.value !== 'ready') return null;
  if (words.value.trim()) return html`<p class="moc-nothing">Nothing fits “${words.value.trim()}”.</p>`;
  if (total.value === 0) return html`<p class="moc-nothing">This list has no parts.</p>`;
  return html`<p class="moc-nothing">Nothing is missing. Time to build!</p>`;
}

function Waiting() {
  return html`
    <div class="parts-waiting" aria-hidden="true">
      ${Array.from({ length: 6 }, () => html`<i class="skeleton" />`)}
    </div>
    <p class="hidden" role="status">Loading the parts …</p>
  `;
}
