// A MOC at the top of its page: cover, title, facts, and what can be done with it.
import { html, useSignal } from '../../html.js';
import { match } from '../../matching.js';
import { pages } from '../../pages.js';
import { Cover } from '../../ui/cover.js';
import { openLightbox } from '../../ui/lightbox.js';
import { useShortcuts } from '../../ui/shortcuts.js';
import { Editing } from './editing.js';

export function Head({ moc, away }) {
  const editing = useSignal(false);
  useShortcuts([{ key: 'e', label: 'Edit the facts', run: () => (editing.value = true) }]);
  return html`
    <div class="moc-head">
      <${Picture} moc=${moc} />
      ${editing.value
        ? html`<${Editing} moc=${moc} close=${() => (editing.value = false)} />`
        : html`<${Facts} moc=${moc} edit=${() => (editing.value = true)} away=${away} />`}
    </div>
  `;
}

function Picture({ moc }) {
  const { title, thumbnailUrl } = moc;
  const cover = html`<span class="stand"><${Cover} address=${thumbnailUrl} title=${title} /></span>`;
  if (!thumbnailUrl) return html`<div class="moc-cover">${cover}</div>`;
  const open = () => openLightbox([{ address: thumbnailUrl, title, caption: null }]);
  return html`<button type="button" class="moc-cover" aria-label="Show the cover" onClick=${open}>${cover}</button>`;
}

function Facts({ moc, edit, away }) {
  // The table of pages decides what there is to go to.
  const add = match(pages, '/add');
  const by = moc.type === 'set' ? moc.brand : moc.author;
  return html`
    <div class="moc-facts">
      <p class="moc-kind">
        ${moc.type === 'set' ? 'Set' : 'MOC'}${moc.setNumber && html` <span>${moc.setNumber}</span>`}
      </p>
      <h1>${moc.title}</h1>
      ${by && html`<p class="moc-by">by ${by}</p>`}
      ${moc.description
        ? html`<p class="moc-words">${moc.description}</p>`
        : html`<p class="moc-words fine">No description yet.</p>`}
      <dl>
        ${facts(moc).map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}
      </dl>
      ${moc.tags.length > 0 && html`
        <ul class="chips" aria-label="Tags">
          ${moc.tags.map((tag) => html`
            <li key=${tag}><a class="chip" href=${`/?${new URLSearchParams({ tag })}`}>${tag}</a></li>
          `)}
        </ul>
      `}
      <div class="moc-buttons">
        <button type="button" class="button" onClick=${edit}>Edit</button>
        ${add && html`<a class="button quiet" href=${`/add?moc=${moc.id}`}>Add files</a>`}
        <button type="button" class="button quiet danger" onClick=${away}>Delete</button>
      </div>
    </div>
  `;
}

function facts(moc) {
  const theme = [moc.theme, moc.subtheme].filter(Boolean).join(' · ');
  const count = (number) => number !== null && number.toLocaleString('en');
  return [
    ['Theme', theme && html`<a href=${`/?${new URLSearchParams({ theme: moc.theme ?? '' })}`}>${theme}</a>`],
    ['Parts', count(moc.partsCount)],
    ['In its parts lists', count(moc.totalPieceCount)],
    ['Released', moc.releaseYear],
    ['Retired', moc.type === 'set' && (moc.retired ? 'yes' : 'no')],
    ['Published', moc.uploadedDate && day(moc.uploadedDate)],
    ['On the shelf since', day(moc.createdAt)],
    ['Changed', day(moc.updatedAt)],
  ].filter(([, value]) => value);
}

function day(time) {
  return html`<time dateTime=${time}>${new Date(time).toLocaleDateString('en-GB', { dateStyle: 'medium' })}</time>`;
}
