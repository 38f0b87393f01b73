// One field of a form, with its label, its hint and what is wrong with it.
import { html } from '../html.js';

/** Other properties are the input's own. */
export function Field({ label, name, hint, problem, ...input }) {
  const notes = [hint && `${name}-hint`, problem && `${name}-problem`].filter(Boolean).join(' ');
  return html`
    <div class="field">
      <label for=${name}>${label}</label>
      <input
        id=${name}
        name=${name}
        aria-describedby=${notes || undefined}
        aria-invalid=${problem ? 'true' : undefined}
        ...${input}
      />
      ${hint && html`<p id=${`${name}-hint`} class="fine">${hint}</p>`}
      ${problem && html`<p id=${`${name}-problem`} class="wrong">${problem}</p>`}
    </div>
  `;
}
