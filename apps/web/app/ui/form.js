// A form that sends itself once at a time and shows what was refused.
import { html, useSignal } from '../html.js';

/** `send` gets the fields by name; what it throws is shown above the button, which says `action`. */
export function Form({ send, action, children }) {
  const busy = useSignal(false);
  const problem = useSignal('');
  const submit = async (event) => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    problem.value = '';
    try {
      await send(Object.fromEntries(new FormData(event.target)));
    } catch (failure) {
      problem.value = failure.message;
    } finally {
      busy.value = false;
    }
  };
  return html`
    <form onSubmit=${submit}>
      ${children}
      <p class="wrong" role="alert">${problem}</p>
      <button type="submit" class="button" aria-disabled=${busy.value}>
        ${busy.value && html`<span class="spinner" />`}${action}
      </button>
    </form>
  `;
}
