// What the stage says of itself: where the API and Cognito are.
import { content, Failure, request } from './request.js';

const response = await request('/config.json', { cache: 'no-cache' });
const found = response.ok ? await content(response) : null;
if (!found) throw new Failure('Mocshelf could not be started: its settings are missing. Reload the page.');

/**
 * `api` is empty where the API is beside the pages, `cognito.login` null where Cognito has no pages of its own.
 * `closed` says why nobody can sign in here, `console` is the address of the console's module, where there is such.
 */
export const settings = found;
