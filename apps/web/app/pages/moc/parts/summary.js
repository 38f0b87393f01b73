// How far a parts list is, and what can be done with it as a whole.
import { get, patch } from '../../../api.js';
import { html, useEffect, useRef, useSignal } from '../../../html.js';
import { removeLater } from '../../../removing.js';
import { Menu } from '../../../ui/menu.js';
import { say } from '../../../ui/toast.js';
import { changed } from '../files.js';
import { listAddress, takeList } from '../moc.js';
import { Details } from './details.js';
import { Export } from './export.js';
import { sums } from './lines.js';
import { again, problem, state } from './ticks.js';

const STATES = [
  { name: 'planning', label: 'Planned' },
  { name: 'in_progress', label: 'Collecting' },
  { name: 'completed', label: 'Complete' },
];

export function Summary({ list }) {
  const dialog = useSignal('');
  const path = listAddress(list);
  const close = () => (dialog.value = '');
  // What was chosen and is not on its way yet; an answer to what was chosen before does not take it back.
  const chosen = useRef({});
  const saving = useRef(null);
  const save = async () => {
    while (Object.keys(chosen.current).length > 0) {
      const fields = chosen.current;
      chosen.current = {};
      const take = ({ data }) => takeList({ ...data, ...chosen.current });
      try {
        take(await patch(`${path}/status`, fields, { keepalive: true }));
      } catch (failure) {
        take(await get(path).catch(() => ({ data: list })));
        say(`That was not saved. ${failure.message}`);
      }
    }
    saving.current = null;
  };
  useEffect(() => {
    const leave = () => {
      const fields = chosen.current;
      if (Object.keys(fields).length > 0) patch(`${path}/status`, fields, { keepalive: true }).catch(() => {});
    };
    addEventListener('pagehide', leave);
    return () => removeEventListener('pagehide', leave);
  }, [path]);
  const send = (fields) => {
    chosen.current = { ...chosen.current, ...fields };
    takeList({ ...list, ...fields });
    saving.current ??= save();
  };
  const away = () => removeLater([path], `“${list.title}” is deleted.`, changed);
  return html`
    <div class="parts-summary">
      <${Progress} list=${list} />
      <div class="parts-state">
        <label class="pick">
          <span class="hidden">How far this list is</span>
          <select value=${list.status} onChange=${(event) => send({ status: event.target.value })}>
            ${STATES.map(({ name, label }) => html`
              <option key=${name} value=${name} selected=${name === list.status}>${label}</option>
            `)}
          </select>
        </label>
        <${Flag} label="Bought" value=${list.purchased} set=${(purchased) => send({ purchased })} />
        <${Flag} label="Built" value=${list.built} set=${(built) => send({ built })} />
        <button type="button" class="button quiet" onClick=${() => (dialog.value = 'export')}>Export</button>
        <${Menu} label=${`More about ${list.title}`} face="⋯">
          <button type="button" onClick=${() => (dialog.value = 'details')}>Title, notes and costs</button>
          <button type="button" onClick=${away}>Delete this list</button>
        <//>
      </div>
      ${list.notes && html`<p class="moc-words fine">${list.notes}</p>`}
      <${Export} open=${dialog.value === 'export'} list=${list} close=${close} />
      <${Details} open=${dialog.value === 'details'} list=${list} path=${path} close=${close} />
    </div>
  `;
}

function Progress({ list }) {
  const { pieces, acquired } = sums.value ?? { pieces: list.totalPartsCount, acquired: list.acquiredPartsCount };
  // What is nearly complete is not complete.
  const percent = pieces ? Math.floor((100 * acquired) / pieces) : 0;
  const count = (number) => number.toLocaleString('en');
  return html`
    <div class="parts-progress">
      <p>
        <strong>${count(acquired)}</strong> of ${count(pieces)} pieces, ${percent} %
        ${list.sparePartsCount > 0 && html`<span class="fine"> and ${count(list.sparePartsCount)} spare</span>`}
        <${Saving} />
      </p>
      <progress max=${Math.max(1, pieces)} value=${acquired} aria-label="Pieces that are there" />
    </div>
  `;
}

function Saving() {
  if (state.value === 'failed') {
    const why = navigator.onLine ? problem.value?.message : 'You are offline.';
    return html`
      <span class="parts-unsaved" role="status">
        Not saved yet, kept in this browser. ${why}
        <button type="button" class="link" onClick=${again}>Try now</button>
      </span>
    `;
  }
  return html`<span class="parts-saving" role="status">${state.value === 'saving' ? 'Saving …' : ''}</span>`;
}

function Flag({ label, value, set }) {
  return html`
    <label class="parts-flag">
      <input type="checkbox" checked=${value} onChange=${(event) => set(event.target.checked)} />${label}
    </label>
  `;
}
