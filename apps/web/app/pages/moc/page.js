// One MOC: facts, files, photos and parts lists.
import { html, signal, useEffect } from '../../html.js';
import { go, replace } from '../../router.js';
import { styles } from '../../styles.js';
import { canTakeBack, removed, removeLater, takeBack } from '../../removing.js';
import { Problem } from '../../ui/problem.js';
import { useShortcuts } from '../../ui/shortcuts.js';
import { forget } from '../shelf/shelf.js';
import { Files, isPdf } from './files.js';
import { Head } from './head.js';
import { address, moc, problem, refresh, reload, show } from './moc.js';
import { PartsLists } from './parts/lists.js';
import { Photos } from './photos.js';

await styles(import.meta.url, './moc.css');

// Loaded when the first PDF is opened.
const Viewer = signal(null);
// Whether the PDF has an entry of the history of its own, so that "back" closes it.
let pushed = false;

export default function MocPage({ params, query }) {
  useShortcuts([{ key: 'u', label: 'Up to the shelf', run: () => go('/') }]);
  useEffect(() => {
    show(params.id);
    const seen = () => document.visibilityState === 'visible' && refresh();
    document.addEventListener('visibilitychange', seen);
    return () => document.removeEventListener('visibilitychange', seen);
  }, [params.id]);
  const title = moc.value?.title;
  useEffect(() => {
    if (title) document.title = `${title} · Mocshelf`;
  }, [title]);

  if (removed.value.has(address(params.id))) return html`<${Gone} id=${params.id} />`;
  if (problem.value) return html`<${Failed} />`;
  if (moc.value?.id !== params.id) return html`<${Waiting} />`;
  return html`<${Content} moc=${moc.value} query=${query} />`;
}

function Content({ moc, query }) {
  const away = () => {
    removeLater([address(moc.id)], `“${moc.title}” is deleted.`, forget);
    go('/');
  };
  const read = (one) => {
    pushed = true;
    go(withQuery({ file: one.id, page: null }));
  };
  const file = moc.files.find((one) => one.id === query.get('file') && isPdf(one));
  return html`
    <nav class="moc-up" aria-label="Back"><a href="/">‹ Shelf</a></nav>
    <${Head} moc=${moc} away=${away} />
    <${Files} moc=${moc} open=${read} />
    <${Photos} moc=${moc} />
    <${PartsLists} moc=${moc} chosen=${query.get('list')} choose=${(id) => replace(withQuery({ list: id }))} />
    ${file && html`<${Reading} key=${file.id} file=${file} page=${Number(query.get('page')) || 1} />`}
  `;
}

/** The PDF over the page. Its address has the file and the page, so that both survive a reload. */
function Reading({ file, page }) {
  useEffect(() => {
    import('./pdf/viewer.js').then(
      (module) => (Viewer.value = module.Viewer),
      () => (Viewer.value = Missing),
    );
    return () => {
      pushed = false;
    };
  }, []);
  const close = () => {
    if (pushed) history.back();
    else replace(withQuery({ file: null, page: null }));
  };
  const turned = (number) => replace(withQuery({ page: number === 1 ? null : number }));
  return Viewer.value && html`<${Viewer.value} file=${file} page=${page} turned=${turned} close=${close} />`;
}

function Missing() {
  const words = new Error('The reader could not be loaded. There may be a new version.');
  return html`<${Problem} problem=${words} again=${() => location.reload()} />`;
}

/** The address of this page with some of its query changed; null takes one away. */
function withQuery(changes) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  const search = query.toString();
  return search ? `${location.pathname}?${search}` : location.pathname;
}

function Failed() {
  const { status } = problem.value;
  // Whose it is, and whether it ever was, is nobody's business.
  if (![400, 403, 404].includes(status)) return html`<${Problem} problem=${problem.value} again=${reload} />`;
  return html`
    <div class="problem">
      <h1>This MOC is not on your shelf</h1>
      <p>It may have been deleted, or the address is not right.</p>
      <a class="button" href="/">Back to the shelf</a>
    </div>
  `;
}

function Gone({ id }) {
  return html`
    <div class="problem">
      <h1>This MOC is deleted</h1>
      ${canTakeBack(address(id)) && html`
        <p>It can still be taken back.</p>
        <button type="button" class="button" onClick=${() => takeBack(address(id))}>Take it back</button>
      `}
      <a href="/">Back to the shelf</a>
    </div>
  `;
}

function Waiting() {
  return html`
    <div class="moc-head moc-waiting" aria-hidden="true">
      <div class="moc-cover"><span class="stand"><span class="skeleton" /></span></div>
      <div class="moc-facts"><i class="skeleton" /><i class="skeleton" /><i class="skeleton" /></div>
    </div>
    <p class="hidden" role="status">Loading the MOC …</p>
  `;
}
