// Cognito's API, as far as a page may call it without anybody's keys.
import { content, Failure, request } from './request.js';
import { settings } from './settings.js';

const WORDS = {
  CodeMismatchException: 'This code is not the one we sent. Look at the latest mail.',
  ExpiredCodeException: 'This code is too old. Ask for a new one.',
  InvalidPasswordException: 'The password needs 12 characters or more: upper and lower case, a digit and a symbol.',
  LimitExceededException: 'That was a bit often. Wait some minutes and try again.',
  NotAuthorizedException: 'The e-mail address or the password is not right.',
  TooManyRequestsException: 'That was a bit often. Wait a moment and try again.',
  UserNotConfirmedException: 'This account is not confirmed yet.',
  UserNotFoundException: 'The e-mail address or the password is not right.',
  UsernameExistsException: 'There is an account with this address already.',
};

/** What Cognito gives; a Failure whose `code` is Cognito's own name of the problem. */
async function call(action, body) {
  const response = await request(settings.cognito.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${action}`,
    },
    body: JSON.stringify({ ClientId: settings.cognito.clientId, ...body }),
  });
  const answer = (await content(response)) ?? {};
  if (response.ok) return answer;
  const code = String(answer.__type ?? '').split('#').pop();
  throw new Failure(WORDS[code] ?? answer.message ?? 'Signing in does not work at the moment.', {
    status: response.status,
    code,
  });
}

/** The tokens of a user with a password, where the stage lets pages take one. */
export async function signIn(email, password) {
  const answer = await call('InitiateAuth', {
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: email, PASSWORD: password },
  });
  if (!answer.AuthenticationResult) {
    throw new Failure('This account asks for more than a password, which this page cannot give.');
  }
  return tokens(answer.AuthenticationResult);
}

export function signUp(email, password, name) {
  return call('SignUp', {
    Username: email,
    Password: password,
    UserAttributes: [
      { Name: 'email', Value: email },
      { Name: 'name', Value: name },
    ],
  });
}

export function confirm(email, code) {
  return call('ConfirmSignUp', { Username: email, ConfirmationCode: code });
}

export function sendCode(email) {
  return call('ResendConfirmationCode', { Username: email });
}

/** New tokens for a refresh token, which may be replaced as well. */
export async function refreshed(refresh) {
  const answer = await call('GetTokensFromRefreshToken', { RefreshToken: refresh });
  return { refresh, ...tokens(answer.AuthenticationResult) };
}

/** Ends a refresh token, and the tokens it has given. */
export function revoke(refresh) {
  return call('RevokeToken', { Token: refresh });
}

function tokens({ AccessToken, IdToken, RefreshToken, ExpiresIn }) {
  const found = { access: AccessToken, id: IdToken, expires: Date.now() + ExpiresIn * 1000 };
  return RefreshToken ? { ...found, refresh: RefreshToken } : found;
}
