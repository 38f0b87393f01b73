// The profile: name, picture, and what there is in numbers.
import { get, patch } from '../../api.js';
import { html, useEffect, useSignal } from '../../html.js';
import { portray } from '../../portrait.js';
import { replace } from '../../router.js';
import { renew, session, signOut } from '../../session.js';
import { styles } from '../../styles.js';
import { Dialog } from '../../ui/dialog.js';
import { Field } from '../../ui/field.js';
import { Form } from '../../ui/form.js';
import { Problem } from '../../ui/problem.js';
import { say } from '../../ui/toast.js';
import { Avatar } from './avatar.js';
import { Statistics } from './statistics.js';

await styles(import.meta.url, './profile.css');

const PATH = '/api/users/me';

export default function Profile() {
  const found = useSignal(null);
  const problem = useSignal(null);
  const naming = useSignal(false);
  const load = async () => {
    problem.value = null;
    try {
      found.value = await get(PATH);
      portray(found.value.data);
    } catch (failure) {
      problem.value = failure;
    }
  };
  useEffect(() => {
    load();
  }, []);
  if (problem.value && !found.value) return html`<${Problem} problem=${problem.value} again=${load} />`;
  if (!found.value) return html`<p class="loading"><span class="spinner" />Loading …</p>`;
  const profile = found.value.data;
  const leave = () => {
    signOut();
    replace('/sign-in');
  };
  return html`
    <div class="profile">
      <header class="card person">
        <${Avatar} profile=${profile} changed=${load} />
        <div class="names">
          <h1>${profile.name ?? 'No name yet'}</h1>
          <p>${profile.email}</p>
          <div class="names-choices">
            <button type="button" class="button quiet" onClick=${() => (naming.value = true)}>Change name</button>
            <button type="button" class="button quiet" onClick=${leave}>Sign out</button>
          </div>
        </div>
      </header>
      <${Statistics} stats=${profile.stats} />
      <${Dialog} open=${naming.value} title="Your name" onClose=${() => (naming.value = false)}>
        ${naming.value && html`<${Name} found=${found} load=${load} done=${() => (naming.value = false)} />`}
      <//>
    </div>
  `;
}

function Name({ found, load, done }) {
  const refused = useSignal(null);
  const { data, etag } = found.value;
  const send = async ({ name }) => {
    refused.value = null;
    try {
      found.value = await patch(PATH, { name }, { version: etag });
    } catch (failure) {
      if (failure.status !== 412) {
        refused.value = failure;
        throw failure;
      }
      await load();
      throw new Error('Your profile was changed elsewhere meanwhile. This is how it is now.');
    }
    done();
    say(`Hello, ${found.value.data.name}.`);
    // The header has the name from the token.
    if (session.value) await renew().catch(() => {});
  };
  return html`
    <${Form} send=${send} action="Save">
      <${Field} key=${etag} label="Name" name="name" maxlength="100" autocomplete="name" required
        defaultValue=${data.name ?? ''} problem=${refused.value?.about('name')} />
    <//>
  `;
}
