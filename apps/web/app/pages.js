// THE table of pages. A page is a folder with a module whose default export is its component.
//
// path   parts after a colon are given to the component as `params`, the query as `query`
// title  the document's; a page that knows better sets it itself
// menu   its name in the menu, when it has one
// open   whether it is there for people who are not signed in
import { settings } from './settings.js';

export const pages = [
  { path: '/', title: 'Shelf', menu: 'Shelf', load: () => import('./pages/shelf/page.js') },
  { path: '/mocs/:id', title: 'MOC', load: () => import('./pages/moc/page.js') },
  { path: '/gallery', title: 'Gallery', menu: 'Gallery', load: () => import('./pages/gallery/page.js') },
  { path: '/albums/:id', title: 'Album', load: () => import('./pages/album/page.js') },
  { path: '/wishlist', title: 'Wishlist', menu: 'Wishlist', load: () => import('./pages/wishlist/page.js') },
  { path: '/profile', title: 'Profile', menu: 'Profile', load: () => import('./pages/profile/page.js') },
  { path: '/add', title: 'Add a MOC', menu: 'Add', load: () => import('./pages/add/page.js') },
  { path: '/sign-in', title: 'Sign in', open: true, load: () => import('./pages/sign-in/page.js') },
  { path: '/sign-up', title: 'Create an account', open: true, load: () => import('./pages/sign-up/page.js') },
  { path: '/signed-in', title: 'Signing in', open: true, load: () => import('./pages/signed-in/page.js') },
];

// Only `dev` has one; a release has no such module.
if (settings.console) {
  pages.push({ path: '/console', title: 'Console', open: true, load: () => import(settings.console) });
}

export const missing = {
  path: '',
  title: 'Not found',
  open: true,
  load: () => import('./pages/not-found/page.js'),
};
