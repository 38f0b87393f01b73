// One file on its way: how far it is, what came out of it, or what it needs.
import { html, useEffect, useRef, useSignal } from '../../html.js';
import { say } from '../../ui/toast.js';
import { cancel, keepBoth, leaveOut, retry } from '../../uploading/actions.js';
import { shareOf } from '../../uploading/amounts.js';
import { batchOf, fileOf, MOVING, online, supply } from '../../uploading/queue.js';
import { readable } from '../../uploading/roles.js';
import { Face } from './chosen.js';
import { Receipt } from './receipt.js';
import { Scheme } from './scheme.js';

export function Item({ item }) {
  const { name, label, size, state } = item;
  const canGo = state !== 'ready' && state !== 'linking';
  return html`
    <li class=${`file ${state}`}>
      <${Face} form=${formOf(item)} preview=${usePreview(item)} />
      <div class="what">
        <p class="name" title=${name}>${name}</p>
        <p class="fine">${label} · ${readable(size)} · <span class="state">${words(item)}</span></p>
        ${state === 'sending' && html`
          <progress max="1" value=${shareOf(item)} aria-label=${`${name}, sent`} />
        `}
        ${state === 'waiting' && item.problem && html`<p class="fine">${item.problem} Trying again soon.</p>`}
        <${Notes} item=${item} />
      </div>
      ${canGo && html`
        <button type="button" class="away" aria-label=${`Cancel ${name}`} onClick=${() => cancel(item)}>×</button>
      `}
      <${Need} item=${item} />
      ${listsOf(item).map((id) => html`<${Receipt} key=${id} mocId=${batchOf(item.batch).mocId} listId=${id} />`)}
    </li>
  `;
}

function words({ state, derived = [], role }) {
  if (state === 'waiting') return online.value ? 'waits for its turn' : 'waits for a connection';
  if (state === 'sending') return 'on its way';
  if (state === 'checking') return 'is being looked at …';
  if (state === 'linking') return 'goes to the MOC …';
  if (state === 'asking') return 'one question';
  if (state === 'refused') return 'cannot be used';
  if (state === 'failed') return 'did not get through';
  if (state === 'lost') return 'must be chosen again';
  if (derived.some(({ type }) => type === 'moc-file')) return '✓ kept, gave the cover';
  return role === 'cover' ? '✓ the cover' : '✓ there';
}

function Notes({ item }) {
  if (item.state !== 'ready' || !item.notes?.length) return null;
  return html`<ul class="fine">${item.notes.map((note) => html`<li>${note}</li>`)}</ul>`;
}

/** What only the user can do about a file. */
function Need({ item }) {
  if (item.state === 'asking') return html`<${Scheme} item=${item} />`;
  if (item.state === 'refused') return html`<${Reason} item=${item} />`;
  if (item.state === 'lost') return html`<${Again} item=${item} />`;
  if (item.state !== 'failed') return null;
  return html`
    <div class="need">
      <p class="wrong">${item.problem}</p>
      <button type="button" class="button quiet" onClick=${() => retry(item)}>Try again</button>
    </div>
  `;
}

function Reason({ item }) {
  const { message, code, details = [] } = item.reason;
  const records = details.filter((one) => one.code === 'VALIDATION_ERROR' && item.role === 'parts');
  const taken = code === 'NAME_TAKEN' || (code === 'CONFLICT' && message.includes('named'));
  const others = details.filter((one) => one.message !== message);
  return html`
    <div class="need">
      <p class="wrong">${message}</p>
      ${others.length > 0 && html`
        <ul class="faults" tabindex="0" aria-label="What is wrong">
          ${others.map((one) => html`<li>${placed(one)}</li>`)}
        </ul>
      `}
      <div class="actions">
        ${records.length > 0 && !item.options.partial && html`
          <button type="button" class="button quiet" onClick=${() => leaveOut(item)}>Take it without these</button>
        `}
        ${taken && html`
          <button type="button" class="button quiet" onClick=${() => keepBoth(item)}>Keep both</button>
        `}
        ${!records.length && !taken && html`
          <button type="button" class="button quiet" onClick=${() => retry(item)}>Try again</button>
        `}
        <button type="button" class="button quiet" onClick=${() => cancel(item)}>Leave it out</button>
      </div>
    </div>
  `;
}

/** The message, which mostly begins with its place. */
function placed({ line, message }) {
  return line && !/line \d/i.test(message) ? `Line ${line}: ${message}` : message;
}

function Again({ item }) {
  const input = useRef(null);
  const pick = async (event) => {
    const [file] = event.target.files;
    if (file && !(await supply(item, file))) {
      say(`That is not ${item.original.name} as it was. Cancel it here and add the new one.`);
    }
    event.target.value = '';
  };
  return html`
    <div class="need">
      <p>
        This browser had no room to keep the file over the reload. Choose <strong>${item.original.name}</strong>
        ${' '}again, or drop it here; then it goes on.
      </p>
      <label class="button quiet">
        Choose it
        <input ref=${input} type="file" class="hidden" onChange=${pick} />
      </label>
    </div>
  `;
}

function listsOf({ state, resource, derived = [] }) {
  if (state !== 'ready') return [];
  return [resource, ...derived].filter(({ type }) => type === 'parts-list').map(({ id }) => id);
}

function formOf({ role, name }) {
  if (role === 'cover' || role === 'photo') return 'picture';
  if (name.endsWith('.pdf')) return 'pdf';
  if (name.endsWith('.io')) return 'studio';
  return role === 'parts' ? 'list' : 'model';
}

/** The address of a photo while its bytes are here. */
function usePreview(item) {
  const address = useSignal(null);
  useEffect(() => {
    if (!['cover', 'photo'].includes(item.role) || !MOVING.includes(item.state)) return undefined;
    let made = null;
    let wanted = true;
    fileOf(item.id).then((file) => {
      if (file && wanted) address.value = made = URL.createObjectURL(file);
    });
    return () => {
      wanted = false;
      // What is shown stays until the page goes.
      if (made && !address.peek()) URL.revokeObjectURL(made);
    };
  }, [item.id]);
  return address.value;
}
