// One album: its photos in the order that the user gives them, and its name.
import { get } from '../../api.js';
import { html, useEffect, useSignal } from '../../html.js';
import { removeLater } from '../../removing.js';
import { go } from '../../router.js';
import { styles } from '../../styles.js';
import { Area } from '../../ui/area.js';
import { Dialog } from '../../ui/dialog.js';
import { Field } from '../../ui/field.js';
import { Form } from '../../ui/form.js';
import { Problem } from '../../ui/problem.js';
import { useShortcuts } from '../../ui/shortcuts.js';
import { AddButton, DropZone, Uploads } from '../gallery/adding.js';
import { albums, load as loadAlbums, pathOf, update } from '../gallery/albums.js';
import { photos } from '../gallery/changes.js';
import { Content, useImages } from '../gallery/content.js';
import { forget } from '../gallery/images.js';
import { SHORTCUTS } from '../gallery/page.js';

const MOVING = { key: 'Space', label: 'Pick up a photo by its handle, and put it down' };

await styles(import.meta.url, './album.css');

export default function Album({ params: { id } }) {
  const found = useSignal(null);
  const problem = useSignal(null);
  const editing = useSignal(false);
  const list = useImages({ album: id, q: '' });
  useShortcuts([...SHORTCUTS, MOVING]);
  const load = async () => {
    problem.value = null;
    try {
      found.value = await get(pathOf(id));
      document.title = `${found.value.data.title} · Mocshelf`;
    } catch (failure) {
      problem.value = failure;
    }
  };
  useEffect(() => {
    load();
    loadAlbums();
  }, []);

  if (problem.value && !found.value) {
    const gone = problem.value.status === 404 || problem.value.status === 400;
    return gone ? html`<${Gone} />` : html`<${Problem} problem=${problem.value} again=${load} />`;
  }
  const album = found.value?.data;
  const remove = () => {
    const kept = album.imageCount > 0 ? ' Its photos stay in the gallery.' : '';
    removeLater([pathOf(id)], `“${album.title}” deleted.${kept}`, () => {
      // Its images are in no album now.
      forget();
      loadAlbums();
    });
    go('/gallery');
  };
  return html`
    <div class="gallery">
      <nav class="path" aria-label="Where you are"><a href="/gallery">Gallery</a></nav>
      <header class="gallery-head album-head">
        <h1>${album?.title ?? ' '}</h1>
        <p role="status">${list.state.value === 'failed' || !album ? '' : photos(list.total.value)}</p>
        ${album && html`
          <button type="button" class="button quiet" onClick=${() => (editing.value = true)}>Edit album</button>
          <button type="button" class="button quiet" onClick=${remove}>Delete album</button>
          <${AddButton} album=${album} />
        `}
      </header>
      ${album?.description && html`<p class="about">${album.description}</p>`}
      <${Uploads} />
      <${Content} list=${list} album=${album} nothing=${html`<${Nothing} />`} />
      ${album && html`<${DropZone} album=${album} />`}
      <${Dialog} open=${editing.value} title="Edit the album" onClose=${() => (editing.value = false)}>
        ${editing.value && html`<${Edit} found=${found} load=${load} done=${() => (editing.value = false)} />`}
      <//>
    </div>
  `;
}

function Edit({ found, load, done }) {
  const refused = useSignal(null);
  // The cover may have been changed on this page since it was loaded.
  useEffect(() => {
    load();
  }, []);
  const { data, etag } = found.value;
  const send = async ({ title, description }) => {
    refused.value = null;
    try {
      found.value = await update(data.id, { title, description: description || null }, found.value.etag);
      document.title = `${title} · Mocshelf`;
      done();
    } catch (failure) {
      if (failure.status !== 412) {
        refused.value = failure;
        throw failure;
      }
      await load();
      throw new Error('The album was changed elsewhere meanwhile. This is how it is now.');
    }
  };
  return html`
    <${Form} send=${send} action="Save">
      <div key=${etag} class="fields">
        <${Field} label="Title" name="title" maxlength="200" required defaultValue=${data.title}
          problem=${refused.value?.about('title')} />
        <${Area} label="Description" name="description" maxlength="2000" defaultValue=${data.description ?? ''}
          problem=${refused.value?.about('description')} />
      </div>
    <//>
  `;
}

function Nothing() {
  const others = albums.value.length > 1;
  return html`
    <section class="nothing">
      <div class="frames" aria-hidden="true"><i /><i /><i /></div>
      <h2>An empty album</h2>
      <p>Drop photos here, or select some in <a href="/gallery">the gallery</a>${others && ' or another album'} and
        choose “Add to album”.</p>
    </section>
  `;
}

function Gone() {
  return html`
    <div class="problem">
      <h1>This album is not there</h1>
      <p>It may have been deleted. Its photos are in the gallery.</p>
      <a class="button" href="/gallery">To the gallery</a>
    </div>
  `;
}
