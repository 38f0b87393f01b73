// A field of a form for text of many lines.
import { html } from '../html.js';

/** Other properties are the text area's own. */
export function Area({ label, name, hint, problem, ...input }) {
  const notes = [hint && `${name}-hint`, problem && `${name}-problem`].filter(Boolean).join(' ');
  return html`
    <div class="field">
      <label for=${name}>${label}</label>
      <textarea
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
