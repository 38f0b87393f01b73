// Which pictures the API takes, and pictures that were replaced under the address they had.
import { request } from './request.js';

const TYPES = {
  avif: 'image/avif',
  gif: 'image/gif',
  heic: 'image/heic',
  heif: 'image/heif',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
};
export const PHOTOS = ['jpg', 'jpeg', 'png', 'webp', 'heic', 'heif', 'avif'];
export const AVATARS = ['jpg', 'jpeg', 'png', 'gif', 'webp'];
const MEGABYTE = 1024 * 1024;

/** What a file chooser is to offer. */
export function accepted(extensions) {
  return extensions.map((one) => `.${one}`).join(',');
}

/** The content type that the API expects for a file of this name. */
export function contentType(name) {
  return TYPES[extension(name)];
}

/** Why the API would not take the file, empty when it would as far as one can tell from outside. */
export function refusal({ name, size }, extensions, megabytes) {
  if (!extensions.includes(extension(name))) return `This is no picture that can be taken: ${list(extensions)} can.`;
  if (size === 0) return 'This file is empty.';
  if (size > megabytes * MEGABYTE) return `This picture is over ${megabytes} MB. Make it smaller and try again.`;
  return '';
}

const replaced = new Map();

/** Has the picture at this address loaded anew: browsers keep one as long as the page is open. */
export async function renew(address) {
  try {
    const response = await request(address, { cache: 'reload' });
    if (response.ok) replaced.set(address, URL.createObjectURL(await response.blob()));
  } catch {
    // The picture is stored all the same; the one before is seen for a while yet.
  }
}

/** Where to load the picture from. */
export function current(address) {
  return replaced.get(address) ?? address;
}

function extension(name) {
  return name.split('.').pop().toLowerCase();
}

function list(extensions) {
  return extensions.map((one) => one.toUpperCase()).join(', ');
}
