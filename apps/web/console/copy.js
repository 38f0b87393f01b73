// A button that puts a text into the clipboard.
import { html } from '../app/html.js';
import { say } from '../app/ui/toast.js';

export function Copy({ text, label }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      say('Copied.');
    } catch {
      say('The browser does not let this page copy. Select it instead.');
    }
  };
  return html`<button type="button" class="button quiet small" aria-label=${label} onClick=${copy}>Copy</button>`;
}
