// Adding a MOC: everything is dropped at once, then it is sent, read and shown as it arrives.
import { get } from '../../api.js';
import { html, signal, useEffect } from '../../html.js';
import { styles } from '../../styles.js';
import { Problem } from '../../ui/problem.js';
import { shareWords } from '../../uploading/amounts.js';
import { add, batches, forgetBatch, itemsOf } from '../../uploading/queue.js';
import '../../uploading/work.js';
import { Batch } from './batch.js';
import { Chosen } from './chosen.js';
import { Details } from './details.js';
import { chosen, clear, found, looking, take, target, usable } from './draft.js';
import { Drop } from './drop.js';

await styles(import.meta.url, './add.css');

/** The batch that is shown: its id, `new` for none, null for the newest there is. */
const shown = signal(null);
const problem = signal(null);
/** Files are being put into the queue. */
const busy = signal(false);

export default function Add({ query }) {
  const mocId = query.get('moc');
  useEffect(() => {
    shown.value = null;
    read(mocId);
    return tidy;
  }, [mocId]);

  const some = batches.value.filter((batch) => !mocId || batch.mocId === mocId);
  const batch = shown.value === 'new' ? null : (some.find(({ id }) => id === shown.value) ?? some.at(-1) ?? null);
  if (problem.value) return html`<${Problem} problem=${problem.value} again=${() => read(mocId)} />`;
  return html`
    <div class="add-page">
      <${Others} batches=${batches.value.filter((one) => one !== batch)} />
      ${batch
        ? html`<${Batch} key=${batch.id} batch=${batch} another=${() => another(batch)} />`
        : html`<${Draft} mocId=${mocId} />`}
    </div>
  `;
}

function Draft({ mocId }) {
  const moc = mocId ? target.value : null;
  const some = found.value.length > 0;
  const send = async (body) => {
    if (looking.peek() || busy.peek()) return;
    busy.value = true;
    const title = moc?.title ?? body.title;
    const files = chosen(title, moc?.files.map(({ originalFilename }) => originalFilename));
    try {
      const batch = await add({ mocId, title, body, chosen: files });
      shown.value = batch.id;
      clear();
    } finally {
      busy.value = false;
    }
    scrollTo(0, 0);
  };
  return html`
    <header class="add-head">
      <h1>${mocId ? `Add to ${moc ? `“${moc.title}”` : 'your MOC'}` : 'Add a MOC'}</h1>
      <p>
        ${mocId
          ? 'More instructions, parts lists or photos.'
          : 'Drop what you have. We look at each file and fill in the rest.'}
      </p>
    </header>
    <div class="adding">
      <div class="left">
        <${Drop} take=${take} small=${some} />
        ${some && html`<${Chosen} files=${found.value} />`}
      </div>
      ${mocId
        ? html`<${More} send=${send} />`
        : html`<${Details} send=${send} busy=${busy.value || looking.value} />`}
    </div>
  `;
}

function More({ send }) {
  const count = usable.value.length;
  return html`
    <div class="card details">
      <p>${count ? 'They are sent one after another; you can leave this page meanwhile.' : 'Choose files first.'}</p>
      <button type="button" class="button wide" disabled=${count === 0 || !target.value} onClick=${() => send(null)}>
        ${count === 1 ? 'Add one file' : `Add ${count} files`}
      </button>
    </div>
  `;
}

/** What else is being added, each with a way to it. */
function Others({ batches: others }) {
  if (others.length === 0) return null;
  return html`
    <ul class="others" aria-label="Also being added">
      ${others.map((batch) => html`
        <li key=${batch.id}>
          <span><strong>${batch.title}</strong> ${shareWords(batch)}</span>
          <button type="button" class="link" onClick=${() => (shown.value = batch.id)}>Show</button>
        </li>
      `)}
    </ul>
  `;
}

function another(batch) {
  if (done(batch)) forgetBatch(batch);
  shown.value = 'new';
}

/** What was seen to its good end is not shown again. */
function tidy() {
  for (const batch of batches.peek()) if (done(batch)) forgetBatch(batch);
}

function done(batch) {
  return Boolean(batch.mocId) && itemsOf(batch).every(({ state }) => state === 'ready');
}

async function read(mocId) {
  problem.value = null;
  target.value = null;
  if (!mocId) return;
  try {
    target.value = (await get(`/api/mocs/${encodeURIComponent(mocId)}`)).data;
  } catch (failure) {
    problem.value = failure;
  }
}
