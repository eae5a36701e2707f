// Which page is shown: the address's part behind # names it. A page's module is loaded on its first visit.
import { isDark } from './api.js';

const PAGES = ['train', 'inside', 'data'];
const mounted = new Set();

/** @returns {string} */
function wanted() {
  const name = location.hash.slice(1).split('/')[0];
  return PAGES.includes(name) ? name : 'train';
}

async function show() {
  const page = wanted();
  for (const name of PAGES) {
    document.getElementById(`page-${name}`).hidden = name !== page;
    const link = document.querySelector(`nav a[data-page="${name}"]`);
    if (name === page) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${document.querySelector(`nav a[data-page="${page}"]`).textContent} – Fovea studio`;
  const place = document.querySelector(`#page-${page} .mount`);
  if (!mounted.has(page)) {
    mounted.add(page);
    try {
      const module = await import(`./${page}.js`);
      await module.mount(place);
    } catch (failure) {
      mounted.delete(page);
      place.textContent = `This page could not be loaded (${failure.message}). Reload it, or look whether the studio still runs.`;
      place.className = 'mount error';
    }
  }
}

const KEY = 'fovea-theme';

function theme(chosen) {
  if (chosen) document.documentElement.dataset.theme = chosen;
}

theme(localStorage.getItem(KEY));
document.getElementById('theme').addEventListener('click', () => {
  const next = isDark() ? 'light' : 'dark';
  localStorage.setItem(KEY, next);
  theme(next);
  document.dispatchEvent(new CustomEvent('fovea-theme'));
});
// A plain link to #content would be taken for a page's name.
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  document.getElementById('content').focus();
});
addEventListener('hashchange', show);
show();
