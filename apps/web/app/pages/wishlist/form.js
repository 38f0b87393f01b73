// A wish in a dialog, new or to be changed.
import { get } from '../../api.js';
import { html, useEffect, useRef, useSignal } from '../../html.js';
import { accepted, current, PHOTOS, refusal } from '../../pictures.js';
import { Area } from '../../ui/area.js';
import { Cover } from '../../ui/cover.js';
import { Field } from '../../ui/field.js';
import { Form } from '../../ui/form.js';
import { Problem } from '../../ui/problem.js';
import { say } from '../../ui/toast.js';
import { create, pathOf, put, sendPicture, update } from './wishes.js';

const MEGABYTES = 5;

/** `id` is null for a new wish, which begins in `category`; `categories` are those that there are. */
export function WishForm({ id, category, categories, done }) {
  const found = useSignal(id ? null : { data: { category }, etag: 'new' });
  const problem = useSignal(null);
  const load = async () => {
    problem.value = null;
    try {
      found.value = await get(pathOf(id));
    } catch (failure) {
      problem.value = failure;
    }
  };
  useEffect(() => {
    if (id) load();
  }, []);
  if (problem.value) return html`<${Problem} problem=${problem.value} again=${load} />`;
  if (!found.value) return html`<p class="loading"><span class="spinner" />Loading …</p>`;
  return html`<${Fields} id=${id} found=${found} load=${load} categories=${categories} done=${done} />`;
}

function Fields({ id, found, load, categories, done }) {
  const refused = useSignal(null);
  // A file that was chosen, or `none` when the picture is to go.
  const picture = useSignal(null);
  const { data, etag } = found.value;
  const about = (field) => refused.value?.about(field);

  const send = async (typed) => {
    refused.value = null;
    const fields = fieldsOf(typed);
    // A picture that was uploaded goes when its address is written, even by none.
    if (id && !(picture.value === 'none' && data.imageUrl)) delete fields.imageUrl;
    try {
      const wish = id ? await update(id, fields, etag) : await create(fields);
      if (picture.value instanceof File) follow(wish, picture.value);
      done(wish);
    } catch (failure) {
      if (failure.status !== 412) {
        refused.value = failure;
        throw failure;
      }
      await load();
      if (found.value) put(found.value.data);
      throw new Error('The wish was changed elsewhere meanwhile. This is how it is now.');
    }
  };
  return html`
    <${Form} send=${send} action=${id ? 'Save' : 'Put it on the list'}>
      <div key=${etag} class="fields">
        <${Field} label="What is it?" name="title" maxlength="200" required defaultValue=${data.title ?? ''}
          problem=${about('title')} />
        <${Field} label="Link" name="productLink" type="url" maxlength="2048" placeholder="https://"
          defaultValue=${data.productLink ?? ''} problem=${about('productLink')} />
        <${Field} label="Category" name="category" maxlength="100" list="categories" autocomplete="off"
          defaultValue=${data.category ?? ''} problem=${about('category')} />
        <datalist id="categories">${categories.map((name) => html`<option value=${name} />`)}</datalist>
        <${Area} label="Notes" name="description" maxlength="2000" defaultValue=${data.description ?? ''}
          problem=${about('description')} />
        <${Picture} wish=${data} picture=${picture} />
      </div>
    <//>
  `;
}

/** Sends the picture while the wish is on the list already. */
async function follow(wish, file) {
  try {
    await sendPicture(wish.id, file);
  } catch (failure) {
    say(`“${wish.title}” is on the list, without the new picture. ${failure.message}`);
  }
}

function fieldsOf({ title, productLink, category, description }) {
  return {
    title,
    productLink: productLink || null,
    category: category || null,
    description: description || null,
    imageUrl: null,
  };
}

function Picture({ wish, picture }) {
  const input = useRef(null);
  const wrong = useSignal('');
  const preview = useSignal(null);
  const file = picture.value instanceof File ? picture.value : null;
  useEffect(() => {
    const address = file && URL.createObjectURL(file);
    preview.value = address;
    return () => address && URL.revokeObjectURL(address);
  }, [file]);
  const there = wish.imageUrl && picture.value !== 'none' ? current(wish.imageUrl) : null;
  const choose = ({ target }) => {
    const [chosen] = target.files;
    target.value = '';
    if (!chosen) return;
    wrong.value = refusal(chosen, PHOTOS, MEGABYTES);
    if (!wrong.value) picture.value = chosen;
  };
  return html`
    <fieldset class="picture">
      <legend>Picture</legend>
      <span class="preview"><${Cover} address=${preview.value ?? there} title=${wish.title ?? ''} /></span>
      <span class="choices">
        <button type="button" class="button quiet" onClick=${() => input.current.click()}>
          ${there || file ? 'Choose another' : 'Choose a picture'}
        </button>
        ${(there || file) && html`
          <button type="button" class="link" onClick=${() => (picture.value = 'none')}>No picture</button>
        `}
        <input ref=${input} type="file" class="hidden" accept=${accepted(PHOTOS)} tabindex="-1"
          aria-label="Picture file" onChange=${choose} />
      </span>
      <p class="wrong" role="alert">${wrong}</p>
    </fieldset>
  `;
}
