// The receipt of an import: what became of every record of the file, to look at, copy and keep.
import { get } from '../../api.js';
import { html, useEffect, useSignal } from '../../html.js';
import { say } from '../../ui/toast.js';
import { claimWords, entryWords, noteWords, schemeWords, sums, written } from './receipt-words.js';

const SHOWN = 200;

export function Receipt({ mocId, listId }) {
  const list = useSignal(null);
  const problem = useSignal(null);
  const load = async () => {
    problem.value = null;
    try {
      list.value = (await get(`/api/mocs/${mocId}/parts-lists/${listId}`)).data;
    } catch (failure) {
      problem.value = failure;
    }
  };
  useEffect(() => {
    load();
  }, [listId]);
  if (problem.value) {
    return html`
      <div class="receipt">
        <p class="wrong">The receipt cannot be shown: ${problem.value.message}</p>
        <button type="button" class="link" onClick=${load}>Try again</button>
      </div>
    `;
  }
  if (!list.value?.receipt) return null;
  return html`<${Shown} title=${list.value.title} receipt=${list.value.receipt} />`;
}

function Shown({ title, receipt }) {
  const { claims, notes, entries, pieces, lots } = receipt;
  const agreeing = claims.filter((one) => one.agrees).length;
  const kept = `${title} receipt.txt`;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(written(title, receipt));
      say('The receipt is in your clipboard.');
    } catch {
      say('This browser does not let pages copy. Download it instead.');
    }
  };
  return html`
    <section class="receipt" aria-label=${`Receipt of ${title}`}>
      <header>
        <h2>Parts list “${title}”</h2>
        <p class="big">${pieces.needed.toLocaleString('en')} pieces in ${lots.needed.toLocaleString('en')} lots</p>
      </header>
      <dl>
        ${sums(receipt).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
        <div class="long"><dt>Colours</dt><dd>${schemeWords(receipt)}</dd></div>
      </dl>
      ${claims.length > 0 && html`
        <ul class="claims">
          ${agreeing > 0 && html`
            <li>✓ ${agreeing === 1 ? 'A sum in the file agrees.' : `${agreeing} sums in the file agree.`}</li>
          `}
          ${claims.filter((one) => !one.agrees).map((one) => html`<li class="wrong">${claimWords(one)}</li>`)}
        </ul>
      `}
      ${notes.length > 0 && html`<ul class="fine">${notes.map((note) => html`<li>${noteWords(note)}</li>`)}</ul>`}
      ${entries.length > 0 && html`
        <details>
          <summary>${entries.length === 1 ? 'One record was' : `${entries.length.toLocaleString('en')} records were`}
            ${' '}not simply kept</summary>
          <ul class="faults" tabindex="0" aria-label="Records that were not simply kept">
            ${entries.slice(0, SHOWN).map((entry) => html`<li class=${entry.outcome}>${entryWords(entry)}</li>`)}
            ${entries.length > SHOWN && html`<li>… the others are in the download.</li>`}
          </ul>
        </details>
      `}
      <div class="actions">
        <button type="button" class="link" onClick=${copy}>Copy the receipt</button>
        <button type="button" class="link" onClick=${() => save(kept, written(title, receipt))}>Download it</button>
      </div>
    </section>
  `;
}

function save(name, text) {
  const href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  Object.assign(document.createElement('a'), { href, download: name.replace(/[/\\:]/g, ' ') }).click();
  URL.revokeObjectURL(href);
}
