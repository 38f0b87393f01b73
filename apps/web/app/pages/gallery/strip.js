// The albums by their covers, and a place for a new one.
import { html, useSignal } from '../../html.js';
import { go } from '../../router.js';
import { Area } from '../../ui/area.js';
import { Cover } from '../../ui/cover.js';
import { Dialog } from '../../ui/dialog.js';
import { Field } from '../../ui/field.js';
import { Form } from '../../ui/form.js';
import { albums, create, load, problem, state } from './albums.js';
import { photos } from './changes.js';

export function Albums() {
  const creating = useSignal(false);
  const close = () => (creating.value = false);
  const send = async ({ title, description }) => {
    const album = await create({ title, description: description || null });
    close();
    go(`/albums/${album.id}`);
  };
  if (state.value === 'failed' && albums.value.length === 0) {
    return html`
      <p class="wrong">
        The albums could not be loaded. ${problem.value.message}
        <button type="button" class="link" onClick=${load}>Try again</button>
      </p>
    `;
  }
  return html`
    <section class="albums" aria-label="Albums">
      <ul>
        ${albums.value.map((album) => html`<${Album} key=${album.id} ...${album} />`)}
        <li>
          <button type="button" class="album new" onClick=${() => (creating.value = true)}>
            <span class="pile"><span class="plus" aria-hidden="true">+</span></span>
            <span class="album-title">New album</span>
          </button>
        </li>
      </ul>
    </section>
    <${Dialog} open=${creating.value} title="New album" onClose=${close}>
      ${creating.value && html`
        <${Form} send=${send} action="Create the album">
          <${Field} label="Title" name="title" maxlength="200" required />
          <${Area} label="Description" name="description" maxlength="2000" />
        <//>
      `}
    <//>
  `;
}

function Album({ id, title, coverImageUrl, imageCount }) {
  return html`
    <li>
      <a class="album" href=${`/albums/${id}`}>
        <span class=${imageCount > 1 ? 'pile several' : 'pile'}>
          <${Cover} address=${coverImageUrl} title=${title} />
        </span>
        <span class="album-title">${title}</span>
        <span class="fine">${photos(imageCount)}</span>
      </a>
    </li>
  `;
}
