// Statistics of the latest saved weights: filters, mistakes, histograms, and the pictures of a cell of the confusion matrix.
import { busy, chapter, el, get, grouped, h2, hint, named, note, onTheme, percent, quiet, scrolled, th } from './api.js';
import { histogram, paint, paintPixels, sizeOf } from './inside/palette.js';

const OFTEN = 4000;

/** Milliseconds before images that are still being read are asked for again. */
const AGAIN = 1000;

/** A filter as a picture: in colour for colour pictures, else the mean over its channels. */
function kernel(filters, o) {
  const [, channels, height, width] = filters.shape;
  const area = height * width;
  const own = filters.values.slice(o * channels * area, (o + 1) * channels * area);
  const made = el('canvas', { width, height, role: 'img', 'aria-label': `Filter ${o}`, title: `Filter ${o}`, class: 'pixels filter' });
  if (channels !== 3) {
    const mean = Array.from({ length: area }, (_, k) => Array.from({ length: channels }, (__, c) => own[c * area + k]).reduce((a, b) => a + b, 0) / channels);
    paint(made, mean, height, width, sizeOf(mean));
  } else {
    const most = sizeOf(own) || 1;
    paintPixels(made, Array.from({ length: 3 * area }, (_, k) => 127.5 * (1 + own[(k % 3) * area + Math.floor(k / 3)] / most)), 3, height, width);
  }
  return made;
}

/** A histogram for each layer; of gives its counts and their range. */
const histograms = (layers, of) => el('div', { class: 'histograms' }, ...layers.map((layer) => {
  const { counts, from, to, mean } = of(layer);
  return histogram(layer.name, counts, Math.max(1, ...counts), `from ${from.toPrecision(3)} to ${to.toPrecision(3)}, mean ${mean.toPrecision(3)}`, [note(`${from.toPrecision(2)} … ${to.toPrecision(2)}`.replaceAll('-', '−'))]);
}));

function confusion(classes, counts) {
  const most = Math.max(1, ...counts.flatMap((row, i) => row.filter((_, j) => i !== j)));
  return scrolled('Confusion matrix', el('table', { class: 'confusion' },
    el('caption', {}, 'Rows: true class. Columns: predicted class. A number opens its pictures.'),
    el('thead', {}, el('tr', {}, el('td', {}), ...classes.map((name) => th(name)))),
    el('tbody', {}, ...counts.map((row, i) => el('tr', {}, named(classes[i]), ...row.map((count, j) => {
      const level = count === 0 ? 0 : i === j ? 'right' : Math.ceil((4 * count) / most);
      return el('td', { class: `level-${level}` }, count === 0 ? '·' : el('button', { class: 'cell', 'data-cell': `${i}/${j}`, 'aria-label': `${count}: ${classes[i]} predicted as ${classes[j]}, show them` }, String(count)));
    }))))));
}

/** Pictures with their label and the predicted class. */
export function doubts(data, part, classes, mistakes) {
  return el('ul', { class: 'pictures' }, ...mistakes.map((one) => el('li', {},
    el('img', { class: 'pixels', src: `/api/data/${data}/${part}/${one.index}`, width: 64, height: 64, loading: 'lazy', alt: `Image ${one.index}, labelled ${classes[one.label]}` }),
    el('span', {}, classes[one.label], el('span', { class: 'error' }, ` → ${classes[one.predicted]}`)),
    note(percent(one.probability)))));
}

/** How a link names its chapter. */
const SAYS = {
  '05-convolution-forward': ' on convolution',
  '04-the-parameters': ' on the parameters',
  '08-fully-connected-backward': ' on the backward pass',
  '11-test-accuracy': ' on accuracy',
  'activations-and-normalisations': ' on activations',
};

const timeOf = (saved) => new Date(saved).toLocaleTimeString('en-GB');

export class Insight {
  /** told is called when the warning is another. */
  constructor(told = () => {}) {
    this.told = told;
    this.warning = '';
    this.body = el('div', {});
    this.note = hint('Filters, mistakes and histograms appear when a run has saved weights.');
    this.element = el('details', { class: 'card insight' }, el('summary', {}, h2('Inside the network')), this.note, this.body);
    this.asked = 0;
    this.rests = 0;
    onTheme(() => this.last && this.draw(this.last));
  }

  show(run) {
    this.run = run;
    this.last = null;
    this.warning = '';
    this.body.replaceChildren();
    this.note.textContent = 'Looking for saved weights …';
    this.load();
  }

  /** After each epoch, and now and then for a checkpoint between. */
  progressed(one) {
    const running = one.facts?.state === 'running';
    const due = running ? Date.now() > this.rests && (one.epochs.length !== this.epochs || Date.now() - this.asked > OFTEN) : one.facts?.state !== this.state;
    if (due && !document.hidden) {
      this.epochs = one.epochs.length;
      this.state = one.facts?.state;
      this.load();
    }
  }

  async load() {
    if (this.loading) {
      this.again = true;
      return;
    }
    this.loading = true;
    this.asked = Date.now();
    const run = this.run;
    try {
      const seen = await get(`/api/runs/${run}/insight?seen=${this.last?.saved ?? ''}`);
      this.rests = Date.now() + (seen.rests ?? 0); // the studio updates seldom while it trains
      if (run === this.run && seen.filters) this.draw(seen);
      if (run === this.run && seen.waiting && !this.last) this.note.textContent = `${seen.waiting[0].toUpperCase()}${seen.waiting.slice(1)}.`;
    } catch (failure) {
      if (run === this.run && !this.last) this.note.textContent = failure.status === 503 ? 'Reading the images …' : failure.message.replace(/^studio: /, '');
      if (failure.status === 503) setTimeout(() => run === this.run && this.load(), AGAIN);
    } finally {
      this.loading = false;
      if (this.again || run !== this.run) {
        this.again = false;
        this.load();
      }
    }
  }

  draw(seen) {
    this.last = seen;
    this.note.textContent = `The weights saved at ${timeOf(seen.saved)}: ${percent(seen.accuracy)} of the first ${seen.tested.toLocaleString('en')} test images are correct.`;
    this.warning = seen.warning ? `${seen.warning[0].toUpperCase()}${seen.warning.slice(1)}.` : '';
    this.told();
    const dead = seen.layers.filter((layer) => 'dead' in layer);
    const section = (title, about, page, ...inside) => el('section', {}, el('h3', {}, title), hint(about, ' ', chapter(page, `The chapter${SAYS[page]}`)), ...inside);
    const { name, shape } = seen.filters;
    this.body.replaceChildren(
      shape ? section('First layer’s filters', `The filters of ${name}, each with its own scale; ${shape[1] === 3 ? 'red, green and blue are its channels, mid-grey is zero' : 'orange is above zero, blue below'}.`, '05-convolution-forward',
        el('div', { class: 'filters' }, ...Array.from({ length: Math.min(64, shape[0]) }, (_, o) => kernel(seen.filters, o)))) : '',
      el('div', { class: 'pair' }, section('Confusion matrix', 'Which classes the network confuses.', '11-test-accuracy', confusion(seen.classes, seen.confusion)),
      section('Worst mistakes', 'The wrong predictions with the highest confidence.', '11-test-accuracy',
        seen.mistakes.length ? doubts(seen.data, 'test', seen.classes, seen.mistakes) : el('p', { class: 'good' }, 'None: every tested image is predicted correctly.'))),
      dead.length ? section('Dead ReLUs', 'The share of units whose output is 0 for each of a few test images. They do not learn; a lower learning rate helps.', 'activations-and-normalisations',
        el('ul', { class: 'dead' }, ...dead.map((layer) => el('li', {}, layer.name, el('meter', { min: 0, max: 1, low: 0.1, high: 0.4, optimum: 0, value: layer.dead, 'aria-label': `Dead share of ${layer.name}` }), percent(layer.dead))))) : '',
      section('Weights', 'The distribution of each layer’s weights. The heights of all histograms are logarithmic.', '04-the-parameters', histograms(seen.weights, (one) => one.histogram)),
      section('Activations', 'The outputs of each layer, for a few test images.', 'activations-and-normalisations', histograms(seen.layers, (one) => one.activations)),
      section('Gradients', 'The gradient of the loss with respect to each layer’s output. All near 0: the layer no longer learns.', '08-fully-connected-backward', histograms(seen.layers.filter((one) => one.gradients), (one) => one.gradients)));
  }
}

const MOST = 60;

export class Cells {
  /** The matrix has its numbers as buttons with data-cell. */
  constructor(matrix) {
    this.element = el('div', { class: 'card', id: 'cell', hidden: true });
    matrix.addEventListener('click', (event) => {
      const button = event.target.closest('[data-cell]');
      if (button) busy(button, () => this.open(...button.dataset.cell.split('/'), button));
    });
  }

  show(run) {
    this.run = run;
    this.element.hidden = true;
  }

  async open(label, predicted, button) {
    const found = await get(`/api/runs/${this.run}/cell?label=${label}&predicted=${predicted}`);
    const [is, said] = [found.classes[label], found.classes[predicted]];
    const close = quiet({ onclick: () => ((this.element.hidden = true), button.isConnected && button.focus()) }, 'Close');
    const title = el('h2', { tabindex: -1 }, is === said ? `${is}, predicted correctly` : `${is}, predicted as ${said}`);
    this.element.replaceChildren(el('div', { class: 'row controls' }, title, close),
      hint(`${grouped(found.images.length)} of the first ${grouped(found.tested)} test images, by the latest weights.${found.images.length > MOST ? ` The first ${MOST}:` : ''}`),
      el('ul', { class: 'pictures' }, ...found.images.slice(0, MOST).map((index) => el('li', {}, el('img', { class: 'pixels', src: `/api/data/${found.data}/test/${index}`, width: 64, height: 64, loading: 'lazy', alt: `Test image ${index}, ${is}` }), note(String(index))))));
    this.element.hidden = false;
    this.element.scrollIntoView({ block: 'nearest' });
    title.focus();
  }
}
