// The pictures of a MOC: small ones on the page, large ones over it.
import { html } from '../../html.js';
import { match } from '../../matching.js';
import { pages } from '../../pages.js';
import { removed, removeLater } from '../../removing.js';
import { openLightbox } from '../../ui/lightbox.js';
import { say } from '../../ui/toast.js';
import { changed } from './files.js';
import { address, makeCover, pictures } from './moc.js';

export function Photos({ moc }) {
  const images = pictures(moc).filter((image) => !removed.value.has(pathOf(moc, image)));
  const add = match(pages, '/add');
  const items = images.map(({ url, alt, caption }) => ({ address: url, title: alt, caption }));
  const cover = async (index) => {
    try {
      await makeCover(images[index]);
      say('This is the cover now.');
    } catch (failure) {
      say(`The cover stays as it was. ${failure.message}`);
    }
  };
  const away = (index) => 
    removeLater([pathOf(moc, images[index])], `${images[index].alt} is removed from this MOC.`, changed);
  const actions = [
    { label: 'Use as the cover', run: cover },
    { label: 'Remove', run: away },
  ];
  return html`
    <section class="moc-part" aria-labelledby="moc-photos">
      <h2 id="moc-photos">Photos</h2>
      ${images.length === 0 && html`
        <p class="moc-nothing">No photos yet. ${add && html`<a href=${`/add?moc=${moc.id}`}>Add some</a>`}</p>
      `}
      <ul class="moc-photos">
        ${images.map((image, index) => html`
          <li key=${image.id}>
            <button type="button" aria-label=${`Show ${image.alt}`}
              onClick=${() => openLightbox(items, index, { actions })}>
              <img src=${image.thumbnailUrl} alt="" loading="lazy" decoding="async" />
            </button>
          </li>
        `)}
      </ul>
    </section>
  `;
}

/** A picture of the gallery stays there; one that is a file of the MOC goes. */
function pathOf(moc, { galleryImageId, fileId }) {
  return galleryImageId
    ? `${address(moc.id)}/gallery-images/${galleryImageId}`
    : `${address(moc.id)}/files/${fileId}`;
}
