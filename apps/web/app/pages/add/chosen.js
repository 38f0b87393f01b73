// The files that were chosen, each with what it is and what will happen to it.
import { html, useSignal } from '../../html.js';
import { readable, ROLES, rolesOf } from '../../uploading/roles.js';
import { leaveOut, setRole } from './draft.js';

export function Chosen({ files }) {
  return html`
    <ul class="files" aria-label="Files">
      ${files.map((one) => html`<${File} key=${one.id} one=${one} />`)}
    </ul>
  `;
}

function File({ one }) {
  return html`
    <li class=${one.refusal ? 'file refused' : 'file'}>
      <${Face} form=${one.form} preview=${one.preview} />
      <div class="what">
        <p class="name" title=${one.name}>${one.name}</p>
        <p class="fine">${one.state === 'looking' ? 'Looking at it …' : says(one)}</p>
        ${one.refusal
          ? html`<p class="wrong">${one.refusal}</p>`
          : html`<p class="fine effect">${one.note || ROLES[one.role]?.effect}</p>`}
      </div>
      ${!one.refusal && one.state === 'known' && html`<${Role} one=${one} />`}
      <button type="button" class="away" aria-label=${`Leave out ${one.name}`} onClick=${() => leaveOut(one)}>
        ×
      </button>
    </li>
  `;
}

function says({ label, size, pieces }) {
  const counted = pieces && `${pieces.toLocaleString('en')} pieces`;
  return [label, counted, readable(size)].filter(Boolean).join(' · ');
}

function Role({ one }) {
  const roles = rolesOf(one.form);
  if (roles.length === 1) return null;
  return html`
    <label class="role">
      <span class="hidden">Use ${one.name} as</span>
      <select value=${one.role} onChange=${(event) => setRole(one.id, event.target.value)}>
        ${roles.map((role) => html`
          <option key=${role} value=${role} selected=${role === one.role}>${ROLES[role].label}</option>
        `)}
      </select>
    </label>
  `;
}

const SIGNS = { pdf: 'PDF', studio: 'IO', locked: 'IO', model: '3D', list: '≡', picture: '◩' };

/** A small picture of the file; browsers cannot show every photo that phones take. */
export function Face({ form, preview }) {
  const broken = useSignal(false);
  if (preview && !broken.value) {
    return html`<img class="thumb" src=${preview} alt="" onError=${() => (broken.value = true)} />`;
  }
  return html`<span class=${`thumb sign ${form ?? ''}`} aria-hidden="true">${SIGNS[form] ?? '?'}</span>`;
}
