// What a list of images looks like in each of its states.
import { html, useEffect, useRef } from '../../html.js';
import { Problem } from '../../ui/problem.js';
import { Actions, deleteSelected } from './actions.js';
import { again, listOf, open } from './images.js';
import { Photos } from './photos.js';
import { none } from './selection.js';

/** The list for what is asked for, loaded; nothing stays selected when something else is shown. */
export function useImages({ album, q }) {
  const list = listOf({ album, q });
  useEffect(() => {
    open(list);
    return none;
  }, [list]);
  return list;
}

/** `nothing` is what is shown for an empty list, `album` the album of the page, whose order is the user's. */
export function Content({ list, album = null, nothing }) {
  // What was found before stays until there is an answer.
  const before = useRef(list);
  const waiting = list.state.value === 'loading' && list.images.value.length === 0;
  const shown = waiting && before.current.images.value.length > 0 ? before.current : list;
  if (!waiting) before.current = list;

  const some = shown.images.value.length > 0;
  const failed = list.state.value === 'failed';
  if (failed && !some) return html`<${Problem} problem=${list.problem.value} again=${() => again(list)} />`;
  if (waiting && !some) return html`<${Waiting} />`;
  if (!some) return nothing;
  return html`
    <${Actions} list=${shown} album=${album} />
    <${Photos} list=${shown} stale=${shown !== list} movable=${album && shown === list && !list.search}
      remove=${() => deleteSelected(shown)} />
    ${failed && html`<${Problem} problem=${list.problem.value} again=${() => again(list)} />`}
  `;
}

function Waiting() {
  return html`
    <ul class="photos waiting" aria-hidden="true">
      ${Array.from({ length: 12 }, () => html`<li><span class="skeleton" /></li>`)}
    </ul>
  `;
}
