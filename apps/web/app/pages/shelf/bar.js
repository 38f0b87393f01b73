// Search and filters. Typing is waited for, a choice holds at once.
import { html } from '../../html.js';
import { Find } from '../../ui/find.js';
import { narrowed, NONE, SORTS, TYPES } from './filters.js';
import { Pick, PickName } from './picks.js';
import { partial, tags, themes } from './shelf.js';

/** `change` gets the filters to show; `typed` says that they are one letter of more. */
export function Bar({ filters, change, input, clear }) {
  return html`
    <div class="bar">
      <${Find} label="Search MOCs" hint="Search titles, tags, descriptions" value=${filters.q}
        find=${(q) => change({ q }, { typed: true })} input=${input} />
      <div class="picks">
        <${Pick} label="Type" value=${filters.type} choices=${TYPES} choose=${(name) => change({ type: name })} />
        <${PickName} label="Theme" all="All themes" names=${themes.value} partial=${partial.value}
          value=${filters.theme} choose=${(name) => change({ theme: name })} />
        <${PickName} label="Tag" all="All tags" names=${tags.value} partial=${partial.value}
          value=${filters.tag} choose=${(name) => change({ tag: name })} />
        <${Pick} label="Sort by" value=${filters.sort} choices=${sorts(filters)}
          choose=${(name) => change({ sort: name })} />
        ${narrowed(filters) && html`<button type="button" class="link" onClick=${() => clear(NONE)}>Clear</button>`}
      </div>
    </div>
  `;
}

function sorts({ q }) {
  const [first, ...others] = SORTS;
  return [q.trim() ? { ...first, label: 'Best match' } : first, ...others];
}
