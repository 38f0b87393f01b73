// A new account: name, address and password, then the code from the mail.
import * as cognito from '../../cognito.js';
import { leaveFor } from '../../hosted.js';
import { html, useEffect, useSignal } from '../../html.js';
import { go, nextAddress, replace } from '../../router.js';
import { begin } from '../../session.js';
import { settings } from '../../settings.js';
import { styles } from '../../styles.js';
import { Field } from '../../ui/field.js';
import { Form } from '../../ui/form.js';
import { say } from '../../ui/toast.js';

await styles(import.meta.url, './sign-up.css');

export default function SignUp({ query }) {
  const next = nextAddress(query);
  // The password is kept until the address is confirmed, so that it is typed once.
  const password = useSignal('');
  const address = query.get('confirm');
  useEffect(() => {
    // Whoever cannot sign in here is told so there.
    if (settings.closed) replace(signIn(next));
    else if (settings.cognito.login) leaveFor('signup', next);
  }, []);
  if (settings.closed || settings.cognito.login) return html`<p class="loading">Leaving for the sign-up page …</p>`;
  return html`
    <section class="card alone-card">
      ${address
        ? html`<${Confirm} address=${address} password=${password.value} next=${next} />`
        : html`<${Account} next=${next} keep=${(typed) => (password.value = typed)} />`}
    </section>
  `;
}

function Account({ next, keep }) {
  const send = async ({ name, email, password }) => {
    await cognito.signUp(email, password, name);
    keep(password);
    replace(`/sign-up?${new URLSearchParams({ confirm: email, next })}`);
  };
  return html`
    <h1>Create an account</h1>
    <${Form} send=${send} action="Create the account">
      <${Field} label="Your name" name="name" autocomplete="name" maxlength="100" required />
      <${Field} label="E-mail address" name="email" type="email" autocomplete="username" required />
      <${Field} label="Password" name="password" type="password" autocomplete="new-password" minlength="12" required
        hint="12 characters or more: upper and lower case, a digit and a symbol." />
    <//>
    <p class="other">There is one already? <a href=${signIn(next)}>Sign in</a></p>
  `;
}

function Confirm({ address, password, next }) {
  const send = async ({ code }) => {
    await cognito.confirm(address, code.trim());
    if (!password) {
      go(`${signIn(next)}&${new URLSearchParams({ email: address })}`);
      return;
    }
    begin(await cognito.signIn(address, password));
    go(next);
  };
  const another = async () => {
    try {
      await cognito.sendCode(address);
      say(`A new code is on its way to ${address}.`);
    } catch (failure) {
      say(failure.message);
    }
  };
  return html`
    <h1>Look into your mail</h1>
    <p>We have sent a code to <strong>${address}</strong>.</p>
    <${Form} send=${send} action="Confirm">
      <${Field} label="Code" name="code" inputmode="numeric" autocomplete="one-time-code" required />
    <//>
    <p class="other">
      Nothing there?${' '}
      <button type="button" class="link" onClick=${another}>Send another code</button>
    </p>
  `;
}

function signIn(next) {
  return `/sign-in?${new URLSearchParams({ next })}`;
}
