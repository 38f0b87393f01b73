// What people write about a parts list: its title, notes and costs.
import { patch } from '../../../api.js';
import { html } from '../../../html.js';
import { Failure } from '../../../request.js';
import { Area } from '../../../ui/area.js';
import { Dialog } from '../../../ui/dialog.js';
import { Field } from '../../../ui/field.js';
import { Form } from '../../../ui/form.js';
import { forget } from '../../shelf/shelf.js';
import { reload, takeList } from '../moc.js';

const LABELS = { costEstimate: 'Estimated cost', actualCost: 'Actual cost', title: 'Title', notes: 'Notes' };

export function Details({ open, list, path, close }) {
  const send = async ({ title, notes, costEstimate, actualCost }) => {
    const fields = { title, notes, costEstimate: amount(costEstimate), actualCost: amount(actualCost) };
    try {
      takeList((await patch(path, fields)).data);
    } catch (failure) {
      // The form has one place for what is wrong.
      const about = failure.details?.map(({ field, message }) => `${LABELS[field] ?? field} ${message}.`).join(' ');
      throw about ? new Failure(about) : failure;
    }
    close();
    forget();
    reload();
  };
  return html`
    <${Dialog} open=${open} title="Title, notes and costs" onClose=${close}>
      ${open && html`
        <${Form} send=${send} action="Save">
          <${Field} label="Title" name="title" required maxlength="255" value=${list.title} />
          <${Area} label="Notes" name="notes" maxlength="5000" rows="4" value=${list.notes ?? ''} />
          <div class="parts-costs">
            ${['costEstimate', 'actualCost'].map((name) => html`
              <${Field} key=${name} label=${LABELS[name]} name=${name} inputmode="decimal"
                value=${list[name] ?? ''} />
            `)}
          </div>
        <//>
      `}
    <//>
  `;
}

/** What is not a number goes as it is, so that the API says what is wrong with it. */
function amount(text) {
  if (text.trim() === '') return null;
  const number = Number(text.replace(',', '.'));
  return Number.isFinite(number) ? number : text;
}
