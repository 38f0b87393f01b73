// An address that means nothing.
import { html } from '../../html.js';

export default function NotFound() {
  return html`
    <div class="problem">
      <h1>There is nothing at this address</h1>
      <p>It may have been moved, or mistyped.</p>
      <a class="button" href="/">Back to the shelf</a>
    </div>
  `;
}
