// Shared by all pages: requests, elements, messages.

/** A refusal of the server; its message is for people. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export async function answer(path, options = {}) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Refused(0, 'The studio does not respond. Start it with: fovea studio');
  }
  if (!response.ok) {
    let reason = response.statusText;
    try {
      reason = (await response.json()).error ?? reason;
    } catch {
      // not JSON: use the status
    }
    throw new Refused(response.status, reason);
  }
  return response;
}

export async function get(path) {
  return (await answer(path)).json();
}

export async function post(path, body = {}) {
  return (await answer(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json();
}

/** Makes an element: el('button', {class: 'big', onclick: f}, 'Text', child). */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  if (tag === 'button') made.type = 'button'; // else it would submit a form
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const of = (tag, attributes = {}) => (...children) => el(tag, attributes, ...children);

/** A paragraph of help. */
export const hint = of('p', { class: 'hint' });
/** A word of help in a line. */
export const note = of('span', { class: 'hint' });
export const row = of('div', { class: 'row' });
export const card = of('div', { class: 'card' });
export const h2 = of('h2');
/** A card that its heading names for screen readers, too. */
export const titled = (id, title, kind, ...parts) => el('section', { class: `card ${kind}`.trim(), 'aria-labelledby': id }, el('h2', { id }, title), ...parts);
export const td = of('td');
export const th = of('th', { scope: 'col' });
export const named = of('th', { scope: 'row' });
export const tableOf = (attributes, caption, heads, rows) => el('table', attributes, caption && el('caption', {}, caption),
  el('thead', {}, el('tr', {}, ...heads.map((head) => th(head)))), el('tbody', {}, ...rows));
/** A button of less weight. */
export const quiet = (attributes, ...children) => el('button', { class: 'quiet', ...attributes }, ...children);

/** 12345 as 12,345. */
export const grouped = (count) => count.toLocaleString('en');

/** What is wider than the page, and scrolls by keys too. The label is for screen readers. */
export const scrolled = (label, ...children) => el('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': label }, ...children);

export const option = (value, text = value) => el('option', { value }, text);

/** A field with its title above it. */
export const labelled = (id, ...children) => el('label', { class: 'field', for: id }, ...children);

/** Whether the page is dark: by the button at the top, else as the system is. */
export function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

export function onTheme(work) {
  document.addEventListener('fovea-theme', work);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', work);
}

const probe = el('span', { hidden: true });

/** A colour of the style sheet, as light or dark has it. */
export function colour(name) {
  if (!probe.isConnected) document.body.append(probe);
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}

let hiding = 0;

export const chapter = (name, text) => el('a', { href: `/book/${name}`, target: '_blank', rel: 'noopener' }, text);

/** Shows a message at the lower edge, which screen readers read out. */
export function say(text, wrong = false) {
  const box = document.getElementById('status');
  box.textContent = text;
  box.classList.toggle('wrong', wrong);
  box.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => (box.hidden = true), wrong ? 9000 : 4000);
}

/** Runs a button's action: the button is disabled meanwhile, and a failure is shown. */
export async function busy(button, work) {
  button.disabled = true;
  button.setAttribute('aria-busy', 'true');
  try {
    return await work();
  } catch (failure) {
    say(failure.message, true);
    return undefined;
  } finally {
    button.disabled = false;
    button.removeAttribute('aria-busy');
  }
}

/** A button that asks, and acts when it is pressed again. */
export function asking(attributes, text, question, work) {
  const button = quiet({ ...attributes, onblur: () => (button.textContent = text), onclick: () => {
    if (button.textContent !== text) return busy(button, work);
    button.textContent = question();
    return undefined;
  } }, text);
  return button;
}

/** Gives the focus to what has replaced an element, without scrolling. */
export const refocus = (id) => document.activeElement.id === id || document.getElementById(id)?.focus({ preventScroll: true });

/** 0.9831 as 98.31 %. */
export const percent = (share) => ((share ?? null) === null ? '–' : `${(100 * share).toFixed(2)} %`);

/** The ends of the 95 % interval of an accuracy: the rule of Accuracy.java. */
function interval(share, count) {
  const z = 1.96;
  const centre = share + (z * z) / (2 * count);
  const half = z * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  const ends = [centre - half, centre + half].map((end) => (100 * end) / (1 + (z * z) / count));
  const digits = Math.round(ends[0]) === Math.round(ends[1]) ? 1 : 0; // else 99 to 99
  return ends.map((end) => end.toFixed(digits));
}

/** An accuracy with the images that judged it, where their number is known, and its 95 % interval. */
export const judged = (share, count) => (!count || (share ?? null) === null ? percent(share) : `${percent(share)} of ${grouped(count)} (${interval(share, count).join(' to ')})`);

/** Bars of counts by their names, in a neutral colour: no count is good or bad. */
export function bars(counts) {
  const most = Math.max(1, ...counts.map(([, count]) => count));
  return el('ul', { class: 'bars' }, ...counts.map(([name, count]) => el('li', {}, el('span', { class: 'name' }, name),
    el('progress', { class: 'bar', max: most, value: count, 'aria-label': `Images of ${name}` }), el('span', { class: 'number' }, grouped(count)))));
}

/** Seconds as 1:05 or 2:03:04. */
export function clock(seconds) {
  if (!Number.isFinite(seconds)) return '–';
  const s = Math.max(0, Math.round(seconds));
  const two = (n) => String(n).padStart(2, '0');
  return s >= 3600 ? `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${Math.floor(s / 60)}:${two(s % 60)}`;
}

/** Why a data set cannot be opened; photos without class folders are sorted on a page. */
export function sortable(failure, name) {
  if (!/photos a class|class folder/.test(failure.message)) return [failure.message];
  return ['These photos are not in a folder for each class yet. ', el('a', { href: `#photos/${name}/sort` }, 'Sort them here')];
}

export function save(blob, name) {
  const link = el('a', { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
