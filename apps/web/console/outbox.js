// The outbox: changes of which the index, or Cognito, has not heard yet.
import { html } from '../app/html.js';
import { looks } from './looks.js';
import { age } from './words.js';

const GIVEN_UP = 10;
const HEADS = ['Row', 'Kind', 'About', 'Age', 'Attempts', 'Next try', 'Last error'];
const NONE = 'Nothing waits: every change was handled.';
const UNFIT = 'Nothing fits the filter.';

export function Outbox({ filter }) {
  const found = looks.outbox.value;
  if (!found) return html`<p class="console-nothing">Looking …</p>`;
  if (found.problem) return html`<p class="away" role="alert">${found.problem}</p>`;
  const rows = found.rows.filter((row) => !filter || JSON.stringify(row).toLowerCase().includes(filter));
  if (!rows.length) return html`<p class="console-nothing">${found.rows.length ? UNFIT : NONE}</p>`;
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label="Outbox">
      <table class="outbox">
        <thead>
          <tr>
            ${HEADS.map((head) => html`<th scope="col">${head}</th>`)}
          </tr>
        </thead>
        <tbody>${rows.map((row) => html`<${Row} key=${row.id} row=${row} />`)}</tbody>
      </table>
    </div>
    ${found.count > found.rows.length && html`<p class="fine">The oldest ${found.rows.length} of ${found.count}.</p>`}
  `;
}

function Row({ row }) {
  return html`
    <tr>
      <td>${row.id}</td>
      <td>${row.topic}</td>
      <td>${row.entity} <code>${row.entity_id}</code></td>
      <td>${age(row.age)}</td>
      <td class=${row.attempts ? 'wrong' : ''}>${row.attempts}</td>
      <td>${row.attempts >= GIVEN_UP ? 'given up' : row.due > 0 ? `in ${age(row.due)}` : 'with the next sweep'}</td>
      <td>${row.last_error}</td>
    </tr>
  `;
}
