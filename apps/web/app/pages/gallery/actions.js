// What can be done with the selected photos, and the dialogs that ask for more.
import { get } from '../../api.js';
import { html, useEffect, useSignal } from '../../html.js';
import { Area } from '../../ui/area.js';
import { Dialog } from '../../ui/dialog.js';
import { Field } from '../../ui/field.js';
import { Form } from '../../ui/form.js';
import { Problem } from '../../ui/problem.js';
import { say } from '../../ui/toast.js';
import { albums, create, update } from './albums.js';
import { edit, move, photos, remove } from './changes.js';
import { changed, pathOf } from './images.js';
import { all, finish, selected } from './selection.js';

/** Shown while something is selected; `album` is the one that the page is about, if any. */
export function Actions({ list, album = null }) {
  const asking = useSignal('');
  const images = list.images.value.filter(({ id }) => selected.value.has(id));
  const count = images.length;
  const done = () => {
    asking.value = '';
    finish();
  };
  const away = async () => {
    finish();
    await move(images, null);
  };
  const cover = async () => {
    finish();
    try {
      await update(album.id, { coverImageId: images[0].id });
      say('This is the album’s cover now.');
    } catch (failure) {
      say(`The cover was not changed. ${failure.message}`);
    }
  };
  const words = () => (asking.value = 'edit');
  const everything = () => all(list.images.value.map(({ id }) => id));
  const inside = images.some(({ albumId }) => albumId !== null);
  if (count === 0) return null;
  return html`
    <div class="actions-bar" role="toolbar" aria-label="Selected photos">
      <p role="status">${photos(count)} selected</p>
      <button type="button" class="link" onClick=${everything}>Select all</button>
      <button type="button" class="link" onClick=${finish}>Select none</button>
      <span class="room" />
      ${count === 1 && html`<button type="button" class="button quiet" onClick=${words}>Edit</button>`}
      ${count === 1 && album && html`<button type="button" class="button quiet" onClick=${cover}>Make cover</button>`}
      ${inside && html`<button type="button" class="button quiet" onClick=${away}>Take out of album</button>`}
      <button type="button" class="button quiet" onClick=${() => (asking.value = 'album')}>Add to album</button>
      <button type="button" class="button danger" onClick=${() => deleteSelected(list)}>Delete</button>
    </div>
    <${AlbumPicker} open=${asking.value === 'album'} images=${images} away=${album} done=${done}
      close=${() => (asking.value = '')} />
    <${Details} image=${asking.value === 'edit' ? images[0] : null} done=${done} close=${() => (asking.value = '')} />
  `;
}

export function deleteSelected(list) {
  remove(list.images.peek().filter(({ id }) => selected.peek().has(id)));
  finish();
}

function AlbumPicker({ open, images, away, done, close }) {
  const others = albums.value.filter(({ id }) => id !== away?.id);
  const choose = (album) => {
    done();
    move(images, album);
  };
  const make = async ({ title }) => choose(await create({ title }));
  return html`
    <${Dialog} open=${open} title=${`Add ${photos(images.length)} to an album`} onClose=${close}>
      ${open && others.length > 0 && html`
        <ul class="album-choices">
          ${others.map((album) => html`
            <li>
              <button type="button" onClick=${() => choose(album)}>
                <span>${album.title}</span><span class="fine">${photos(album.imageCount)}</span>
              </button>
            </li>
          `)}
        </ul>
      `}
      ${open && html`
        <${Form} send=${make} action="Create and add">
          <${Field} label="A new album" name="title" maxlength="200" required />
        <//>
      `}
    <//>
  `;
}

/** Title, description and tags of one photo, as they are now. */
function Details({ image, done, close }) {
  return html`
    <${Dialog} open=${Boolean(image)} title="Edit the photo" onClose=${close}>
      ${image && html`<${DetailsForm} key=${image.id} id=${image.id} done=${done} />`}
    <//>
  `;
}

function DetailsForm({ id, done }) {
  const found = useSignal(null);
  const problem = useSignal(null);
  const refused = useSignal(null);
  const load = async () => {
    problem.value = null;
    try {
      found.value = await get(pathOf(id));
    } catch (failure) {
      problem.value = failure;
    }
  };
  useEffect(() => {
    load();
  }, []);
  const send = async ({ title, description, tags }) => {
    refused.value = null;
    try {
      const fields = { title, description: description || null, tags: listed(tags) };
      await edit(found.value.data, fields, found.value.etag);
      done();
    } catch (failure) {
      if (failure.status !== 412) {
        refused.value = failure;
        throw failure;
      }
      await load();
      if (found.value) changed(found.value.data);
      throw new Error('The photo was changed elsewhere meanwhile. This is how it is now.');
    }
  };
  if (problem.value) return html`<${Problem} problem=${problem.value} again=${load} />`;
  if (!found.value) return html`<p class="loading"><span class="spinner" />Loading …</p>`;
  const { data, etag } = found.value;
  const about = (field) => refused.value?.details.find((detail) => detail.field.startsWith(field))?.message;
  return html`
    <${Form} send=${send} action="Save">
      <div key=${etag} class="fields">
        <${Field} label="Title" name="title" maxlength="200" required defaultValue=${data.title}
          problem=${about('title')} />
        <${Area} label="Description" name="description" maxlength="2000" defaultValue=${data.description ?? ''}
          problem=${about('description')} />
        <${Field} label="Tags" name="tags" defaultValue=${data.tags.join(', ')} hint="With commas between them."
          problem=${about('tags')} />
      </div>
    <//>
  `;
}

function listed(tags) {
  return [...new Set(tags.split(',').map((tag) => tag.trim()).filter(Boolean))];
}
