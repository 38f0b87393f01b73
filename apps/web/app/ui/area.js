// One field of a form that takes several lines.
import { html } from '../html.js';

/** Other properties are the textarea's own. */
export function Area({ label, name, hint, problem, ...area }) {
  const notes = [hint && `${name}-hint`, problem && `${name}-problem`].filter(Boolean).join(' ');
  return html`
    <div class="field">
      <label for=${name}>${label}</label>
      <textarea
        id=${name}
        name=${name}
        rows="3"
        aria-describedby=${notes || undefined}
        aria-invalid=${problem ? 'true' : undefined}
        ...${area}
      />
      ${hint && html`<p id=${`${name}-hint`} class="fine">${hint}</p>`}
      ${problem && html`<p id=${`${name}-problem`} class="wrong">${problem}</p>`}
    </div>
  `;
}
