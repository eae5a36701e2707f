// Any image of a data set, by its number.
import { busy, el, get, labelled, option, quiet, row } from '../api.js';

/** onpick shows an image; it returns its label and the number of images, or nothing if it is missing. */
export function samples(onpick) {
  const data = el('select', { id: 'sample-data' });
  const part = el('select', { id: 'sample-part' }, option('test', 'test images'), option('train', 'training images'));
  const index = el('input', { type: 'number', id: 'sample-index', min: 0, step: 1, value: 0, inputmode: 'numeric' });
  const label = el('p', { class: 'hint sample-label', role: 'status' }, 'Images are numbered from 0.');
  const step = (id, text, by) => quiet({ id, onclick: (event) => busy(event.currentTarget, () => pick(by)) }, text);
  let size = 0;

  async function pick(by) {
    const now = Math.max(0, Math.round(Number(index.value)) || 0);
    const wanted = by === 0 ? now : size > 0 ? (now + by + size) % size : Math.max(0, now + by);
    index.value = String(wanted);
    label.textContent = 'Fetching the image …';
    const told = await onpick({ data: data.value, part: part.value, index: wanted });
    if (told) size = told.size;
    label.textContent = told ? `Its label: ${told.label}. There are ${told.size.toLocaleString('en')} images, numbered from 0.` : 'There is no such image, or it could not be fetched.';
  }

  index.addEventListener('change', () => pick(0));
  for (const choice of [data, part]) choice.addEventListener('change', () => (size = 0));
  get('/api/data').then(({ data: sets }) => {
    data.append(...sets.map((set) => option(set.name, set.here ? set.name : `${set.name} (will be downloaded)`)));
    const here = sets.find((set) => set.here);
    if (here) data.value = here.name;
  }).catch((failure) => (label.textContent = failure.message));
  const element = el('details', { class: 'samples' }, el('summary', {}, 'An image of a data set'),
    el('div', { class: 'fields' },
      labelled('sample-data', 'Data set', data),
      labelled('sample-part', 'Part', part),
      labelled('sample-index', 'Number', index),
      row(step('sample-before', 'Back', -1), step('sample-show', 'Show', 0), step('sample-next', 'Next', 1))),
    label);
  return {
    element,
    /** The set that a run has learned from comes first. */
    async prefer(model) {
      const run = (await get('/api/runs')).runs.find(({ name }) => model === `run:${name}`);
      if ([...data.options].some(({ value }) => value === run?.data)) data.value = run.data;
    },
  };
}
