// The files of a MOC: instructions, models and what its parts lists were read from.
import { html, useSignal } from '../../html.js';
import { match } from '../../matching.js';
import { pages } from '../../pages.js';
import { removed, removeLater } from '../../removing.js';
import { follow } from '../../saving.js';
import { say } from '../../ui/toast.js';
import { forget } from '../shelf/shelf.js';
import { address, downloadAddress, reload } from './moc.js';

const KINDS = {
  pdf: 'Instructions',
  io: 'Studio model',
  ldr: 'LDraw model',
  mpd: 'LDraw model',
  lxf: 'Digital Designer model',
};

/** `open` shows a PDF. */
export function Files({ moc, open }) {
  const files = moc.files.filter((file) => !file.mimeType.startsWith('image/') && !removed.value.has(pathOf(file)));
  const add = match(pages, '/add');
  return html`
    <section class="moc-part" aria-labelledby="moc-files">
      <h2 id="moc-files">Instructions and files</h2>
      ${files.length === 0 && html`
        <p class="moc-nothing">
          No files yet. ${add && html`<a href=${`/add?moc=${moc.id}`}>Add instructions or a model</a>`}
        </p>
      `}
      <ul class="moc-files">${files.map((file) => html`<${One} key=${file.id} file=${file} open=${open} />`)}</ul>
    </section>
  `;
}

function One({ file, open }) {
  const busy = useSignal(false);
  const { originalFilename: name } = file;
  const download = async () => {
    if (busy.value) return;
    busy.value = true;
    try {
      follow(await downloadAddress(file), name);
    } catch (failure) {
      say(`${name} cannot be downloaded. ${failure.message}`);
    } finally {
      busy.value = false;
    }
  };
  const away = () => removeLater([pathOf(file)], `${name} is removed.`, changed);
  const ending = endingOf(name);
  return html`
    <li class="moc-file">
      <span class="moc-ending" aria-hidden="true">${ending}</span>
      <div class="moc-file-name">
        ${isPdf(file)
          ? html`<button type="button" class="link" onClick=${() => open(file)}>${name}</button>`
          : html`<strong>${name}</strong>`}
        <span class="fine">${kindOf(file)} · ${size(file.size)}</span>
      </div>
      ${isPdf(file) && html`
        <button type="button" class="button" aria-label=${`Read ${name}`} onClick=${() => open(file)}>Read</button>
      `}
      <button type="button" class="button quiet" aria-label=${`Download ${name}`} aria-disabled=${busy.value}
        onClick=${download}>Download</button>
      <button type="button" class="round" aria-label=${`Remove ${name}`} onClick=${away}>×</button>
    </li>
  `;
}

function pathOf(file) {
  return `${address(file.mocId)}/files/${file.id}`;
}

/** What was removed may have been the cover, or counted somewhere. */
export function changed() {
  forget();
  reload();
}

export function isPdf(file) {
  return file.mimeType === 'application/pdf';
}

function kindOf(file) {
  if (file.fileType === 'parts-list') return 'Parts list as it was sent';
  return KINDS[endingOf(file.originalFilename)] ?? 'File';
}

function endingOf(name) {
  return name.includes('.') ? name.split('.').at(-1).toLowerCase() : '';
}

/** Bytes for people. */
function size(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
