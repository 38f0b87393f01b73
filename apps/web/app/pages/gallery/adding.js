// Adding photos: the button, files dropped anywhere on the page, and the list of what is on its way.
import { html, useEffect, useRef, useSignal } from '../../html.js';
import { accepted, PHOTOS } from '../../pictures.js';
import { photos } from './changes.js';
import { add, drop, dropFailed, moving, retry, tally, uploads } from './uploads.js';

/** `album` is where they go, null for none. */
export function AddButton({ album = null }) {
  const input = useRef(null);
  const choose = ({ target }) => {
    add(target.files, album);
    // The same file may be chosen again.
    target.value = '';
  };
  return html`
    <button type="button" class="button" onClick=${() => input.current.click()}>Add photos</button>
    <input ref=${input} type="file" class="hidden" multiple accept=${accepted(PHOTOS)} tabindex="-1"
      aria-label="Photos to add" onChange=${choose} />
  `;
}

/** Says where files would go while they are held over the page, and takes them. */
export function DropZone({ album = null }) {
  const over = useSignal(false);
  const latest = useRef(album);
  latest.current = album;
  useEffect(() => {
    let inside = 0;
    const files = (event) => event.dataTransfer?.types.includes('Files');
    const enter = (event) => {
      if (!files(event)) return;
      inside += 1;
      over.value = true;
    };
    const leave = (event) => {
      if (!files(event)) return;
      inside -= 1;
      if (inside <= 0) over.value = false;
    };
    const hold = (event) => files(event) && event.preventDefault();
    const take = (event) => {
      if (!files(event)) return;
      event.preventDefault();
      inside = 0;
      over.value = false;
      add(event.dataTransfer.files, latest.current);
    };
    const heard = { dragenter: enter, dragleave: leave, dragover: hold, drop: take };
    for (const [name, run] of Object.entries(heard)) addEventListener(name, run);
    return () => {
      for (const [name, run] of Object.entries(heard)) removeEventListener(name, run);
    };
  }, []);
  if (!over.value) return null;
  return html`
    <div class="drop-zone"><p>Let go to add the photos to ${album ? `“${album.title}”` : 'your gallery'}</p></div>
  `;
}

export function Uploads() {
  const all = uploads.value;
  if (all.length === 0) return null;
  const failed = all.filter(({ state }) => state === 'failed');
  const under = all.filter(({ state }) => state !== 'failed');
  return html`
    <section class="uploads" aria-label="Uploads">
      <header>
        <p role="status">${moving.value ? counted(tally.value) : words(failed)}</p>
        ${failed.length > 1 && html`
          <button type="button" class="link" onClick=${dropFailed}>Forget what failed</button>
        `}
      </header>
      <ul>${[...failed, ...under].map((upload) => html`<${Upload} key=${upload.id} ...${upload} />`)}</ul>
    </section>
  `;
}

function counted({ done, all }) {
  return `${done} of ${photos(all)} added`;
}

function words(failed) {
  return failed.length === 1 ? 'One file was not added' : `${failed.length} files were not added`;
}

/** How far it is; once all is sent it is being checked, which takes as long as it takes. */
function progress(state, part) {
  if (state === 'waiting') return 0;
  return part < 1 ? part : undefined;
}

function Upload({ id, file, state, part, message, again }) {
  const failed = state === 'failed';
  return html`
    <li class=${state}>
      <span class="file">${file.name}</span>
      ${failed
        ? html`<p class="wrong">${message}</p>`
        : html`<progress aria-label=${file.name} max="1" value=${progress(state, part)} />`}
      ${failed && again && html`<button type="button" class="link" onClick=${() => retry(id)}>Try again</button>`}
      <button type="button" class="close" aria-label=${`${failed ? 'Forget' : 'Cancel'} ${file.name}`}
        onClick=${() => drop(id)}>×</button>
    </li>
  `;
}
