// Signing in: by Cognito's own pages where it has them, else with a form of ours.
import * as cognito from '../../cognito.js';
import { leaveFor } from '../../hosted.js';
import { html, useEffect, useSignal } from '../../html.js';
import { go, nextAddress, replace } from '../../router.js';
import { begin, session } from '../../session.js';
import { settings } from '../../settings.js';
import { styles } from '../../styles.js';
import { Cover } from '../../ui/cover.js';
import { Field } from '../../ui/field.js';
import { Form } from '../../ui/form.js';

// Titles whose drawings go well beside each other.
const SAMPLES = ['Lighthouse', 'Mill', 'Harbour'];

await styles(import.meta.url, './sign-in.css');

export default function SignIn({ query }) {
  const next = nextAddress(query);
  useEffect(() => {
    if (session.value) replace(next);
  }, []);
  return html`
    <div class="welcome">
      <section class="pitch">
        <h1>Every MOC has its place</h1>
        <p>Instructions, parts lists and photos of everything you have built, or mean to build, on one shelf.</p>
        <div class="stand samples" aria-hidden="true">
          ${SAMPLES.map((title) => html`<${Cover} title=${title} />`)}
        </div>
      </section>
      <section class="card">
        <h2>Sign in</h2>
        <${Way} next=${next} query=${query} />
      </section>
    </div>
  `;
}

function Way({ next, query }) {
  if (settings.closed) return html`<p>${settings.closed}</p>`;
  return settings.cognito.login ? html`<${Hosted} next=${next} />` : html`<${Own} next=${next} query=${query} />`;
}

function Hosted({ next }) {
  return html`
    <p>You sign in on a page of its own, and come back here.</p>
    <div class="actions">
      <button type="button" class="button" onClick=${() => leaveFor('login', next)}>Sign in</button>
      <button type="button" class="button quiet" onClick=${() => leaveFor('signup', next)}>Create an account</button>
    </div>
  `;
}

function Own({ next, query }) {
  const email = useSignal(query.get('email') ?? '');
  const send = async ({ email: address, password }) => {
    try {
      begin(await cognito.signIn(address, password));
    } catch (failure) {
      if (failure.code !== 'UserNotConfirmedException') throw failure;
      go(`/sign-up?${new URLSearchParams({ confirm: address, next })}`);
      return;
    }
    go(next);
  };
  return html`
    <${Form} send=${send} action="Sign in">
      <${Field} label="E-mail address" name="email" type="email" autocomplete="username" required
        value=${email.value} />
      <${Field} label="Password" name="password" type="password" autocomplete="current-password" required />
    <//>
    <p class="other">New here? <a href=${`/sign-up?${new URLSearchParams({ next })}`}>Create an account</a></p>
  `;
}
