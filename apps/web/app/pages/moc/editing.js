// The facts of a MOC as a form, in the place where they are shown.
import { html, useEffect, useRef, useSignal } from '../../html.js';
import { Area } from '../../ui/area.js';
import { Field } from '../../ui/field.js';
import { TagField } from '../../ui/tag-field.js';
import { say } from '../../ui/toast.js';
import { tags as knownTags, themes } from '../shelf/shelf.js';
import { changed, fieldsOf, shown, toSend, written } from './fields.js';
import { change, newer, take, version } from './moc.js';

/** `close` is called when the form has done its work. */
export function Editing({ moc, close }) {
  // What the form began with, which the user's changes are changes of.
  const start = useRef({ fields: written(moc), version: version.peek() });
  const form = useSignal(start.current.fields);
  const busy = useSignal(false);
  const failure = useSignal(null);
  // The MOC as somebody else has left it meanwhile: `{data, etag}`.
  const conflict = useSignal(null);
  const element = useRef(null);
  const mine = changed(start.current.fields, form.value);
  const theirs = conflict.value;

  useEffect(() => {
    element.current.querySelector('input').focus();
  }, []);
  useEffect(() => {
    if (mine.length === 0) return undefined;
    const ask = (event) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [mine.length > 0]);

  const send = async (of) => {
    if (busy.value) return;
    busy.value = true;
    failure.value = null;
    try {
      if (mine.length) await change(toSend(moc, form.value, mine), of);
      say('Saved.');
      close();
    } catch (refused) {
      if (refused.status === 412) await compare();
      else failure.value = refused;
    } finally {
      busy.value = false;
    }
  };
  const compare = async () => {
    try {
      conflict.value = await newer();
    } catch (refused) {
      failure.value = refused;
    }
  };
  const submit = (event) => {
    event.preventDefault();
    send(conflict.value?.etag ?? start.current.version);
  };
  const takeNewer = () => {
    take(conflict.value.data, conflict.value.etag);
    say('Your changes are dropped; this is the newer version.');
    close();
  };
  const key = (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented || mine.length) return;
    event.preventDefault();
    close();
  };
  const set = (name, value) => {
    form.value = { ...form.peek(), [name]: value };
  };
  return html`
    <form ref=${element} class="moc-form card" aria-label="Edit the facts" noValidate
      onSubmit=${submit} onKeyDown=${key}>
      ${theirs && html`<${Conflict} moc=${moc} start=${start.current.fields} theirs=${theirs.data} />`}
      <div class="moc-fields">
        ${fieldsOf(moc).map(([name, field]) => html`
          <${One} key=${name} name=${name} field=${field} value=${form.value[name]} set=${(value) => set(name, value)}
            problem=${problemOf(failure.value, name)} />
        `)}
      </div>
      <p class="wrong" role="alert">${failure.value ? overall(failure.value) : ''}</p>
      <div class="moc-buttons">
        <button type="submit" class="button" aria-disabled=${busy.value}>
          ${busy.value && html`<span class="spinner" />`}${theirs ? 'Save mine over it' : 'Save'}
        </button>
        ${theirs && html`
          <button type="button" class="button quiet" onClick=${takeNewer}>Drop mine, show the newer</button>
        `}
        <button type="button" class="button quiet" onClick=${close}>Cancel</button>
      </div>
    </form>
  `;
}

function One({ name, field, value, set, problem }) {
  const { kind, label, required, ...input } = field;
  const id = `moc-${name}`;
  const type = (event) => set(event.target.value);
  if (kind === 'tags') {
    const known = knownTags.value;
    return html`
      <${TagField} name=${id} label=${label} tags=${value} change=${set} known=${known} problem=${problem} />
    `;
  }
  if (kind === 'flag') {
    return html`
      <label class="moc-flag">
        <input type="checkbox" checked=${value} onChange=${(event) => set(event.target.checked)} />${label}
      </label>
    `;
  }
  if (kind === 'area') {
    return html`<${Area} name=${id} label=${label} value=${value} onInput=${type} problem=${problem} ...${input} />`;
  }
  const list = name === 'theme' ? 'moc-themes' : undefined;
  const needed = required ? 'true' : undefined;
  return html`
    <${Field} name=${id} label=${label} type=${kind === 'date' ? 'date' : 'text'} value=${value} list=${list}
      aria-required=${needed} autocomplete="off" onInput=${type} problem=${problem} ...${input} />
    ${list && html`
      <datalist id=${list}>${themes.value.map((one) => html`<option key=${one} value=${one} />`)}</datalist>
    `}
  `;
}

function Conflict({ moc, start, theirs }) {
  const now = written(theirs);
  const fields = fieldsOf(moc).filter(([name]) => changed(start, now).includes(name));
  return html`
    <div class="moc-conflict" role="alert">
      <strong>This MOC was changed elsewhere while you were editing.</strong>
      ${fields.length === 0 && html`<p>Its facts are as they were: files, pictures or parts lists came or went.</p>`}
      ${fields.length > 0 && html`
        <p>There it says now:</p>
        <ul>
          ${fields.map(([name, { label }]) => html`<li key=${name}>${label}: <em>${shown(now[name])}</em></li>`)}
        </ul>
      `}
      <p>What you have not changed yourself stays as it is there.</p>
    </div>
  `;
}

function problemOf(failure, name) {
  if (!failure) return '';
  const found = failure.details.find(({ field }) => field === name || field?.startsWith(`${name}[`));
  return found?.message ?? '';
}

/** What is to be said beside the fields. */
function overall(failure) {
  return failure.details.length ? 'Some fields need attention.' : failure.message;
}
