// The mails that Cognito would have sent: the code first, as that is what one wants of them.
import { html } from '../app/html.js';
import { Copy } from './copy.js';
import { looks } from './looks.js';
import { clock } from './words.js';

const NONE = 'No mail yet. Create an account, and its code arrives here.';
const UNFIT = 'Nothing fits the filter.';

export function Mail({ filter }) {
  const found = looks.mail.value;
  if (!found) return html`<p class="console-nothing">Looking …</p>`;
  if (found.problem) return html`<p class="away" role="alert">${found.problem}</p>`;
  const mails = found.rows.filter((mail) => !filter || JSON.stringify(mail).toLowerCase().includes(filter));
  if (!mails.length) return html`<p class="console-nothing">${found.rows.length ? UNFIT : NONE}</p>`;
  return html`
    <ul class="mails" aria-label="Mails">${mails.map((mail) => html`<${One} key=${mail.id} ...${mail} />`)}</ul>
  `;
}

function One({ to, subject, code, at }) {
  return html`
    <li>
      ${code
        ? html`<span class="code">${code}</span><${Copy} text=${code} label=${`Copy the code for ${to}`} />`
        : html`<span class="code none">no code</span>`}
      <span class="letter"><strong>${subject}</strong><span>to ${to}</span></span>
      <time datetime=${new Date(at).toISOString()}>${clock(at)}</time>
    </li>
  `;
}
