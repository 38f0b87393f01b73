// The user's picture: shown, replaced by a part of another, removed.
import { post } from '../../api.js';
import { html, useRef, useSignal } from '../../html.js';
import { accepted, AVATARS, current, refusal, renew } from '../../pictures.js';
import { keep, removed, removeLater } from '../../removing.js';
import { Dialog } from '../../ui/dialog.js';
import { Form } from '../../ui/form.js';
import { say } from '../../ui/toast.js';
import { Crop } from './crop.js';

const PATH = '/api/users/me/avatar';
// What is sent is a small square, however large the picture is that it is cut from.
const MEGABYTES = 50;

/** `profile` is the API's; `changed` hears that it is no longer like this. */
export function Avatar({ profile, changed }) {
  const input = useRef(null);
  const bitmap = useSignal(null);
  const wrong = useSignal('');
  const address = removed.value.has(PATH) ? null : profile.avatarUrl;

  const choose = async ({ target }) => {
    const [file] = target.files;
    target.value = '';
    if (!file) return;
    wrong.value = refusal(file, AVATARS, MEGABYTES);
    if (wrong.value) return;
    try {
      bitmap.value = await createImageBitmap(file);
    } catch {
      wrong.value = 'This picture cannot be read. Try another one.';
    }
  };
  const close = () => {
    bitmap.value?.close();
    bitmap.value = null;
  };
  const send = async (file) => {
    const form = new FormData();
    form.append('file', file);
    keep(PATH);
    const { data } = await post(PATH, form);
    await renew(data.avatarUrl);
    changed();
    close();
    say('This is your picture now.');
  };
  const remove = () => removeLater([PATH], 'Your picture is removed.', changed);
  return html`
    <div class="avatar">
      ${address
        ? html`<img src=${current(address)} alt="Your picture" width="144" height="144" />`
        : html`<span class="initial" aria-hidden="true">${initial(profile)}</span>`}
      <div class="avatar-choices">
        <button type="button" class="button quiet" onClick=${() => input.current.click()}>
          ${address ? 'Change picture' : 'Add a picture'}
        </button>
        ${address && html`<button type="button" class="link" onClick=${remove}>Remove</button>`}
      </div>
      <input ref=${input} type="file" class="hidden" accept=${accepted(AVATARS)} tabindex="-1"
        aria-label="Picture file" onChange=${choose} />
      <p class="wrong" role="alert">${wrong}</p>
      <${Dialog} open=${bitmap.value !== null} title="Your picture" onClose=${close}>
        ${bitmap.value && html`
          <${Crop} bitmap=${bitmap.value} done=${send}>
            ${(finish) => html`<${Form} send=${finish} action="Use this picture" />`}
          <//>
        `}
      <//>
    </div>
  `;
}

function initial({ name, email }) {
  return [...(name ?? email ?? '?')][0].toUpperCase();
}
