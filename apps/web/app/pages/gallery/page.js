// The gallery: albums, then photos, newest first.
import { html, useEffect, useRef } from '../../html.js';
import { go, replace } from '../../router.js';
import { styles } from '../../styles.js';
import { Find } from '../../ui/find.js';
import { useShortcuts } from '../../ui/shortcuts.js';
import { AddButton, DropZone, Uploads } from './adding.js';
import { load as loadAlbums } from './albums.js';
import { photos } from './changes.js';
import { Content, useImages } from './content.js';
import { ALL, LOOSE } from './images.js';
import { Albums } from './strip.js';

await styles(import.meta.url, './gallery.css');

export const SHORTCUTS = [
  { key: '← ↑ → ↓', label: 'From photo to photo, with Shift selecting' },
  { key: 'Enter', label: 'Look at the photo' },
  { key: 'x', label: 'Select the photo' },
  { key: 'Ctrl A', label: 'Select all that are shown' },
  { key: 'Delete', label: 'Delete what is selected' },
  { key: 'Esc', label: 'Select none' },
];

export default function Gallery({ query }) {
  const q = query.get('q') ?? '';
  // A search looks through everything.
  const album = query.get('show') === LOOSE && !q ? LOOSE : ALL;
  const list = useImages({ album, q });
  const input = useRef(null);
  useShortcuts([{ key: '/', label: 'Search', run: () => input.current.focus() }, ...SHORTCUTS]);
  useEffect(() => {
    loadAlbums();
  }, []);

  const find = (text) => {
    const next = address({ q: text });
    // One entry of the history for a search, not one for each letter.
    if (q && text) replace(next);
    else go(next);
  };
  const show = ({ target }) => go(address({ show: target.value }));
  return html`
    <div class="gallery">
      <header class="gallery-head">
        <h1>Gallery</h1>
        <p role="status">${counted(list)}</p>
        <${AddButton} />
      </header>
      <${Albums} />
      <div class="tools">
        <${Find} label="Search photos" hint="Search titles, tags, descriptions" value=${q} find=${find}
          input=${input} />
        <label class="pick">
          <span class="hidden">Show</span>
          <select value=${album} disabled=${Boolean(q)} onChange=${show}>
            <option value=${ALL} selected=${album === ALL}>All photos</option>
            <option value=${LOOSE} selected=${album === LOOSE}>In no album</option>
          </select>
        </label>
      </div>
      <${Uploads} />
      <${Content} list=${list} nothing=${html`<${Nothing} q=${q} album=${album} />`} />
      <${DropZone} />
    </div>
  `;
}

function address({ q = '', show = ALL }) {
  const given = [['q', q], ['show', show === ALL ? '' : show]].filter(([, value]) => value);
  const search = new URLSearchParams(given).toString();
  return search ? `/gallery?${search}` : '/gallery';
}

function counted({ state, images, total, search }) {
  if (images.value.length === 0 && (state.value !== 'ready' || !search)) return '';
  return search ? `${photos(total.value)} found` : photos(total.value);
}

function Nothing({ q, album }) {
  if (q) {
    return html`
      <section class="nothing">
        <h2>No photo like that</h2>
        <p>Nothing is found for “${q}”.</p>
        <a class="button quiet" href="/gallery">Show all photos</a>
      </section>
    `;
  }
  if (album === LOOSE) {
    return html`
      <section class="nothing">
        <h2>Every photo has its album</h2>
        <a class="button quiet" href="/gallery">Show all photos</a>
      </section>
    `;
  }
  return html`
    <section class="nothing">
      <div class="frames" aria-hidden="true"><i /><i /><i /></div>
      <h2>Walls waiting for pictures</h2>
      <p>Drop photos anywhere on this page, straight from phone or camera. They are made small and upright.</p>
      <${AddButton} />
    </section>
  `;
}
