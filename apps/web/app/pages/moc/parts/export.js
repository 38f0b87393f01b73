// Saving a parts list as a file for another program.
import { download, get } from '../../../api.js';
import { html, useSignal } from '../../../html.js';
import { save } from '../../../saving.js';
import { Dialog } from '../../../ui/dialog.js';
import { address } from '../moc.js';
import { again, unsent } from './ticks.js';

const FORMATS = [
  { name: 'bricklink-xml', label: 'BrickLink', about: 'XML for a wanted list' },
  { name: 'rebrickable-csv', label: 'Rebrickable', about: 'CSV to import as a list' },
  { name: 'lego-pab-csv', label: 'Pick a Brick', about: 'CSV of element ids for the LEGO shop' },
  { name: 'csv', label: 'Spreadsheet', about: 'CSV with every field' },
];

export function Export({ open, list, close }) {
  const missing = useSignal(false);
  const busy = useSignal('');
  const told = useSignal(null);
  const path = `${address(list.mocId)}/parts-lists/${list.id}/export`;
  const make = async (format) => {
    if (busy.value) return;
    busy.value = format;
    told.value = null;
    const query = { format, missing: missing.value };
    try {
      if (missing.value && unsent.peek().has(list.id)) await again();
      const { blob, name, headers } = await download(path, { query });
      save(blob, name);
      const left = Number(headers.get('x-skipped-lines'));
      const reasons = left > 0 ? (await get(path, { query: { ...query, report: true } })).data.reasons : [];
      told.value = { name, left, reasons };
    } catch (failure) {
      told.value = { failure };
    } finally {
      busy.value = '';
    }
  };
  return html`
    <${Dialog} open=${open} title="Export" onClose=${close}>
      <label class="parts-flag">
        <input type="checkbox" checked=${missing.value}
          onChange=${(event) => (missing.value = event.target.checked)} />
        Only what is missing
      </label>
      <ul class="parts-formats">
        ${FORMATS.map(({ name, label, about }) => html`
          <li key=${name}>
            <button type="button" aria-disabled=${busy.value !== ''} onClick=${() => make(name)}>
              <strong>${label}</strong><span class="fine">${about}</span>
              ${busy.value === name && html`<span class="spinner" />`}
            </button>
          </li>
        `)}
      </ul>
      <div role="status">${told.value && html`<${Told} ...${told.value} />`}</div>
    <//>
  `;
}

function Told({ failure, name, left, reasons }) {
  if (failure) return html`<p class="wrong">${failure.message}</p>`;
  return html`
    <p>Saved as <code>${name}</code>.</p>
    ${left > 0 && html`
      <p>${left === 1 ? '1 line is' : `${left.toLocaleString('en')} lines are`} not in it:</p>
      <ul class="parts-reasons">
        ${reasons.map(({ code, message, lines, first }) => html`
          <li key=${code}>
            ${message}${' '}
            <span class="fine">${lines} × ${first.join(', ')}${lines > first.length ? ', …' : ''}</span>
          </li>
        `)}
      </ul>
    `}
  `;
}
