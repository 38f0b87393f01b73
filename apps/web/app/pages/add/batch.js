// A MOC while its files arrive: its cover as soon as there is one, each file's way, and what came out of it.
import { get } from '../../api.js';
import { html, useEffect, useSignal } from '../../html.js';
import { Cover } from '../../ui/cover.js';
import { retryBatch } from '../../uploading/actions.js';
import { share, shareWords } from '../../uploading/amounts.js';
import { addFiles, forgetBatch, itemsOf, MOVING, NEEDY, online, resumed } from '../../uploading/queue.js';
import { working } from '../../uploading/tabs.js';
import { Chosen } from './chosen.js';
import { chosen, clear, found, looking, take, usable } from './draft.js';
import { Drop } from './drop.js';
import { Item } from './item.js';

/** `another` leaves for the next MOC. */
export function Batch({ batch, another }) {
  const cover = useSignal(null);
  const files = itemsOf(batch).toSorted(needyFirst);
  const ready = files.filter(({ state }) => state === 'ready').length;
  const busy = files.some(({ state }) => MOVING.includes(state));
  useEffect(() => {
    let wanted = true;
    const arrive = ({ data }) => {
      if (wanted) cover.value = data.thumbnailUrl;
    };
    // Without its picture the page is as good.
    if (batch.mocId) get(`/api/mocs/${batch.mocId}`).then(arrive, () => {});
    return () => {
      wanted = false;
    };
  }, [batch.mocId, ready]);

  if (batch.problem) return html`<${Refused} batch=${batch} />`;
  return html`
    <div class="batch">
      <section class="card summary" aria-label=${batch.title}>
        <div class="stand"><${Cover} address=${cover.value} title=${batch.title} /></div>
        <h1>${batch.title}</h1>
        <p role="status">${status(batch, files, busy)}</p>
        ${busy && html`
          <progress max="1" value=${share(batch)} aria-label="All files" />
          <${Remark} />
        `}
        <div class="actions">
          ${batch.mocId && html`<a class="button" href=${`/mocs/${batch.mocId}`}>Open the MOC</a>`}
          <button type="button" class="button quiet" onClick=${another}>Add another MOC</button>
        </div>
      </section>
      <section class="way" aria-label="Files">
        <ul class="files">${files.map((item) => html`<${Item} key=${item.id} item=${item} />`)}</ul>
        ${batch.mocId && html`<${More} batch=${batch} files=${files} />`}
      </section>
    </div>
  `;
}

/** What needs the user is at the top. */
function needyFirst(one, other) {
  return NEEDY.includes(other.state) - NEEDY.includes(one.state) || one.position - other.position;
}

function status(batch, files, busy) {
  if (!batch.mocId && batch.delayed) return 'Your shelf does not answer right now. Trying again soon.';
  if (!batch.mocId) return 'Making room on your shelf …';
  if (!busy && files.every(({ state }) => state === 'ready')) {
    return `It is on your shelf, ${shareWords(batch)}.`;
  }
  return `${shareWords(batch)[0].toUpperCase()}${shareWords(batch).slice(1)}.`;
}

function Remark() {
  if (!online.value) return html`<p class="remark">You are offline. It goes on by itself when you are connected.</p>`;
  if (!working.value) return html`<p class="remark">Another tab sends the files. You see here how far it is.</p>`;
  const again = resumed.value;
  return html`
    <p class="remark">
      ${again ? `Going on after the reload with ${again === 1 ? 'one file' : `${again} files`}. ` : ''}
      You can go elsewhere meanwhile; it goes on.
    </p>
  `;
}

/** The MOC could not be made: mostly because there is one of this title. */
function Refused({ batch }) {
  const { message, status: code, details = [] } = batch.problem;
  const title = useSignal(batch.title);
  const send = (event) => {
    event.preventDefault();
    if (title.value.trim()) retryBatch(batch, { ...batch.body, title: title.value.trim() });
  };
  return html`
    <form class="card refused-moc" onSubmit=${send}>
      <h1>It is not on your shelf yet</h1>
      <p class="wrong" role="alert">${message}</p>
      ${details.length > 0 && html`<ul>${details.map((one) => html`<li>${one.field}: ${one.message}</li>`)}</ul>`}
      <div class="field">
        <label for="title">${code === 409 ? 'Another title' : 'Title'}</label>
        <input id="title" maxlength="255" value=${title.value}
          onInput=${(event) => (title.value = event.target.value)} />
      </div>
      <p class="fine">Your files are kept; nothing has to be chosen again.</p>
      <div class="actions">
        <button type="submit" class="button">Try again</button>
        <button type="button" class="button quiet" onClick=${() => forgetBatch(batch)}>Give it up</button>
      </div>
    </form>
  `;
}

function More({ batch, files }) {
  const send = async () => {
    if (looking.peek()) return;
    const more = chosen(batch.title, files.map(({ name }) => name));
    // Emptied first, so that a second click finds nothing to add.
    clear();
    await addFiles(batch, more);
  };
  const count = usable.value.length;
  return html`
    <div class="more">
      <${Drop} take=${take} small />
      ${found.value.length > 0 && html`<${Chosen} files=${found.value} />`}
      ${count > 0 && html`
        <button type="button" class="button" onClick=${send}>
          ${count === 1 ? 'Add one file' : `Add ${count} files`}
        </button>
      `}
    </div>
  `;
}
