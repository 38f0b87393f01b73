// One wish: what it looks like, what it is, where it is to be found.
import { html } from '../../html.js';
import { current } from '../../pictures.js';
import { Cover } from '../../ui/cover.js';

/** `handle` moves it, where it can be moved. */
export function Card({ wish, handle, edit, remove }) {
  const { title, description, productLink, imageUrl, category } = wish;
  return html`
    <article class="wish" aria-label=${title}>
      <div class="look"><${Cover} address=${imageUrl && current(imageUrl)} title=${title} />${handle}</div>
      <div class="words">
        ${category && html`<p class="category">${category}</p>`}
        <h2>${title}</h2>
        ${description && html`<p class="notes">${description}</p>`}
      </div>
      <footer>
        ${productLink && html`
          <a href=${productLink} target="_blank" rel="noopener noreferrer">
            <span class="site">${siteOf(productLink)}</span><span aria-hidden="true">↗</span>
            <span class="hidden"> (${title}, in a new tab)</span>
          </a>
        `}
        <span class="room" />
        <button type="button" class="tool" aria-label=${`Edit ${title}`} onClick=${edit}>
          <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
            <path d="m4 20 1-4L16.500 4.500l3 3L8 19z" />
          </svg>
        </button>
        <button type="button" class="tool" aria-label=${`Delete ${title}`} onClick=${remove}>
          <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
            <path d="M5 7h14M10 7V4.500h4V7M7 7l1 13h8l1-13M10.500 11v5.500M13.500 11v5.500" />
          </svg>
        </button>
      </footer>
    </article>
  `;
}

function siteOf(link) {
  try {
    return new URL(link).hostname.replace(/^www\./, '');
  } catch {
    return 'Link';
  }
}
