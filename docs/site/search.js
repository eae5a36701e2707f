// A search in the sections of all pages. The index is a script, not JSON, so that it works from the disk as well.
// build/Site.java puts the studio's theme.js before it.

const root = document.currentScript.dataset.root;
const box = document.getElementById('search');
const found = document.getElementById('found');
const MOST = 12;
let index;

function load() {
  index ??= new Promise((done, failed) => {
    const script = document.createElement('script');
    script.src = root + 'search-index.js';
    script.onload = () => done(window.searchIndex);
    script.onerror = failed;
    document.head.append(script);
  });
  return index;
}

/** How well a section has all the words, those of the book first; 0 where it lacks one. */
function score([title, heading, address, text], words) {
  let sum = 0;
  for (const word of words) {
    const own = (heading.toLowerCase().includes(word) ? 10 : 0) + (title.toLowerCase().includes(word) ? 5 : 0)
      + (text.toLowerCase().includes(word) ? 1 : 0);
    if (own === 0) return 0;
    sum += own;
  }
  return address.includes('book/') ? 5 * sum : sum;
}

/** The text around the first word. */
function excerpt(text, words) {
  const at = Math.max(0, Math.min(...words.map((word) => text.toLowerCase().indexOf(word)).filter((i) => i >= 0)) - 40);
  const from = Number.isFinite(at) ? at : 0;
  return (from > 0 ? '…' : '') + text.slice(from, from + 120) + (text.length > from + 120 ? '…' : '');
}

function entry([title, heading, address, text], words) {
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.href = root + address;
  link.textContent = heading === title ? title : title + ' › ' + heading;
  const context = document.createElement('p');
  context.textContent = excerpt(text, words);
  item.append(link, context);
  return item;
}

async function search() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    found.hidden = true;
    return;
  }
  const sections = (await load())
    .map((section) => [score(section, words), section])
    .filter(([points]) => points > 0)
    .sort(([a], [b]) => b - a)
    .slice(0, MOST);
  found.replaceChildren(...sections.map(([, section]) => entry(section, words)));
  if (sections.length === 0) {
    const none = document.createElement('li');
    none.textContent = 'Nothing found.';
    found.append(none);
  }
  found.hidden = false;
}

box.addEventListener('focus', load);
box.addEventListener('input', search);
box.form.addEventListener('submit', (event) => {
  event.preventDefault();
  found.querySelector('a')?.click();
});
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== box) {
    event.preventDefault();
    box.focus();
  } else if (event.key === 'Escape') {
    found.hidden = true;
  }
});
document.addEventListener('click', (event) => {
  if (!box.form.contains(event.target)) found.hidden = true;
});
