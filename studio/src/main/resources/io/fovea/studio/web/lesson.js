// The lesson: TwoLayerCnn.java, compiled to JavaScript, trains in a worker of this page.
import { chapter, el, hint, labelled, onTheme, option } from './api.js';
import { pad } from './inside/drawing.js';
import { paint, paintPixels, sizeOf } from './inside/palette.js';
import { LossChart } from './lesson/chart.js';
import { FAULTS } from './lesson/faults.js';
import { Listing } from './lesson/listing.js';

const RATES = [0.001, 0.003, 0.01, 0.02, 0.05];
const SIDE = 5; // of a filter

/** @param {HTMLElement} place @param {() => Worker} worker @param {(name: string, text: string) => HTMLElement} book makes a link to a chapter */
export function mount(place, worker = () => new Worker('/lesson/worker.js'), book = chapter) {
  new Lesson(place, worker(), book);
}

const button = (id, text, work, quiet = true) => el('button', { id, class: quiet ? 'quiet' : '', onclick: work, disabled: true }, text);
/** Paints signed bytes; nothing where there are none. */
const show28 = (canvas, bytes) => paintPixels(canvas, Array.from({ length: 784 }, (_, k) => bytes[k] & 255), 1, 28, 28);
const fact = (id, title) => el('div', {}, el('dt', {}, title), el('dd', { id }, '–'));

class Lesson {
  constructor(place, worker, book) {
    this.worker = worker;
    this.book = book;
    this.id = 0;
    this.training = false;
    this.chart = new LossChart();
    this.listing = new Listing();
    this.build(place);
    worker.onmessage = ({ data }) => {
      if (data.kind === 'ready') this.begin();
      else if (data.id === this.id) this[data.kind](data);
    };
    worker.onerror = (failure) => (this.status.textContent = `The training stopped: ${failure.message}. Reload the page.`);
    onTheme(() => this.kernels && this.paintFilters(this.kernels));
  }

  build(place) {
    const renew = () => this.begin();
    this.size = el('select', { id: 'lesson-size', onchange: renew }, option(4, '4 and 8 filters: quick'), option(16, '16 and 32 filters: the book’s, slow'));
    this.rate = el('select', { id: 'lesson-rate', onchange: () => this.send('rate', { rate: Number(this.rate.value) }) }, ...RATES.map((rate) => option(rate)));
    this.rate.value = 0.01;
    this.fault = el('select', { id: 'lesson-fault', onchange: renew }, option(0, 'none'), ...Object.entries(FAULTS).map(([number, { name }]) => option(number, `${number}. ${name}`)));
    this.train = button('lesson-train', 'Train', () => this.toggle(), false);
    this.batchButton = button('lesson-batch', 'One step', () => this.send('batch'));
    this.lineButton = button('lesson-line', 'One line', () => this.send('line'));
    this.again = button('lesson-again', 'Start again', renew);
    this.status = el('p', { class: 'hint', role: 'status', id: 'lesson-status' }, 'Unpacking 2,200 digits …');
    this.about = el('p', { class: 'about-fault', id: 'lesson-about' });
    this.first = el('div', { class: 'filters', role: 'img' });
    this.filters = el('div', { class: 'filters', role: 'img', id: 'lesson-filters' });
    this.digit = el('canvas', { class: 'pixels digit', width: 28, height: 28, role: 'img', 'aria-label': 'The image that the lines work on' });
    this.which = el('span', { class: 'hint' });
    this.seenAs = el('canvas', { class: 'pixels digit', width: 28, height: 28, role: 'img', 'aria-label': 'Your digit as the network sees it' });
    this.answerLabel = el('strong', { id: 'lesson-answer', role: 'status' }, '–');
    this.bars = el('ul', { class: 'bars' });
    this.pad = pad({ onink: (ink) => this.read(ink) });
    this.box = el('div', { class: 'lines-box', tabindex: 0, role: 'region', 'aria-label': 'Lines of TwoLayerCnn.java' }, this.listing.element);
    place.replaceChildren(
      el('div', { class: 'lesson' },
        el('section', { class: 'card controls-card', 'aria-label': 'The training' },
          el('div', { class: 'choices' }, labelled('lesson-size', 'Network', this.size), labelled('lesson-rate', 'Learning rate', this.rate), labelled('lesson-fault', 'Fault', this.fault)),
          el('div', { class: 'row' }, this.train, this.batchButton, this.lineButton, this.again),
          this.status,
          el('dl', { class: 'facts' }, fact('lesson-seen', 'Images seen'), fact('lesson-loss', 'Loss, mean of 10 steps'), fact('lesson-accuracy', '200 test digits'), fact('lesson-speed', 'Images a second')),
          this.about),
        el('section', { class: 'card lines-card' }, el('h2', {}, 'The lines that run'), el('div', { class: 'row digit-row' }, this.digit, this.which), this.box, hint('From TwoLayerCnn.java, unchanged; the shapes in its comments are those of 16 and 32 filters. “One line” runs the next line, “One step” a batch of 16. While it trains, the numbers are those of a batch’s last image.')),
        el('section', { class: 'card curve-card' }, el('h2', {}, 'Loss'), this.chart.element, this.chart.legend, hint('Thin: each step of 16 images. Thick: the mean of ten steps. Chapters on ', this.book('07-softmax-cross-entropy-l2', 'the loss'), ' and ', this.book('10-mini-batch-gradient-descent', 'gradient descent'), '.')),
        el('section', { class: 'card filters-card' }, el('h2', {}, 'Filters of the first layer'), el('div', { class: 'then-now' }, el('span', { class: 'hint' }, 'first'), this.first, el('span', { class: 'hint' }, 'now'), this.filters), hint('5 × 5 weights each, orange above zero and blue below. They begin as noise (', this.book('04-the-parameters', 'chapter 4'), ') and change a little with each step.')),
        el('section', { class: 'card draw-card' }, el('h2', {}, 'Draw a digit'), el('div', { class: 'draw' }, this.pad.element, el('div', {}, el('p', { class: 'row' }, this.seenAs, el('span', {}, 'It reads ', this.answerLabel)), this.bars)), hint('The weights of this moment read it, so train first.'))));
    this.showAnswer();
  }

  send(what, data = {}) {
    this.worker.postMessage({ do: what, ...data });
  }

  /** A new network, with the choices as they are. */
  begin() {
    this.id++;
    this.status.textContent = 'Making a network …';
    this.setTraining(false);
    const fault = Number(this.fault.value);
    this.progress = null;
    this.name = `${this.size.value} and ${2 * this.size.value} filters${fault ? `, fault ${fault}` : ''}, rate ${this.rate.value}`;
    this.send('begin', { id: this.id, filters: Number(this.size.value), fault, rate: Number(this.rate.value) });
  }

  begun({ filters, codes, source }) {
    const fault = FAULTS[this.fault.value];
    for (const each of [this.train, this.batchButton, this.lineButton, this.again]) each.disabled = false;
    this.status.textContent = 'A new network, seed 1. Press Train.';
    this.about.replaceChildren(...(fault ? [el('strong', {}, `Fault ${this.fault.value}. `), `${fault.effect} With a fault, the lines of a batch run at once. `, this.book('what-the-numpy-version-gets-wrong', 'What it is')] : []));
    this.codes = codes;
    this.chart.begin(this.name, Boolean(fault));
    this.listing.begin(source, codes, Number(this.size.value), fault);
    this.firstKernels = filters;
    this.paintFilters(filters);
    for (const id of ['seen', 'loss', 'accuracy', 'speed']) this.fact(id, '–');
    this.which.textContent = '';
    this.digit.getContext('2d').clearRect(0, 0, 28, 28);
    this.reread();
  }

  toggle() {
    this.setTraining(!this.training);
    this.send(this.training ? 'train' : 'pause');
    if (this.training) this.status.textContent = 'Training …';
  }

  setTraining(on) {
    this.training = on;
    this.train.textContent = on ? 'Pause' : 'Train';
  }

  paused() {
    this.setTraining(false);
    this.status.textContent = 'Paused.';
    if (this.progress) this.showProgress();
    this.reread();
  }

  fact(id, text) {
    document.getElementById(`lesson-${id}`).textContent = text;
  }

  batch({ seen, loss, speed, readings, filters, pixels, image }) {
    this.chart.add(seen, loss);
    this.progress = { seen, speed };
    if (!readings) return;
    this.showProgress();
    this.paintFilters(filters);
    this.listing.show(readings, this.codes.length - 1);
    this.showDigit(pixels, image);
    this.reread();
  }

  showProgress() {
    const { seen, speed } = this.progress;
    const mean = this.chart.mean();
    this.chart.draw();
    this.fact('seen', seen.toLocaleString('en'));
    this.fact('loss', Number.isFinite(mean) ? mean.toFixed(3) : 'NaN');
    this.fact('speed', Number.isFinite(speed) ? String(Math.round(speed)) : '–');
  }

  line({ line, readings, image, pixels }) {
    this.setTraining(false);
    const row = this.listing.show(readings, line);
    this.status.textContent = this.listing.text(line);
    this.box.scrollTop = row.offsetTop - this.box.clientHeight / 3;
    if (pixels) this.showDigit(pixels, Math.min(15, image));
  }

  accuracy({ right, of, seen }) {
    this.fact('accuracy', `${((100 * right) / of).toFixed(1)} % after ${seen.toLocaleString('en')}`);
  }

  showDigit(pixels, image) {
    show28(this.digit, pixels);
    this.which.textContent = `Image ${image + 1} of 16`;
  }

  paintFilters(kernels) {
    this.kernels = kernels;
    const size = SIDE * SIDE;
    const lost = !kernels.every(Number.isFinite);
    const scale = sizeOf(lost ? this.firstKernels : kernels.concat(this.firstKernels));
    for (const [row, values, when] of [[this.first, this.firstKernels, 'at the start'], [this.filters, kernels, 'now']]) {
      if (lost && row === this.filters) {
        row.replaceChildren(el('strong', {}, 'NaN'));
        continue;
      }
      row.querySelector('strong')?.remove();
      while (row.childElementCount < values.length / size) row.append(el('canvas', { class: 'filter pixels', width: SIDE, height: SIDE }));
      while (row.childElementCount > values.length / size) row.lastChild.remove();
      row.setAttribute('aria-label', `${values.length / size} filters of 5 by 5 weights ${when}; the largest weight is ${sizeOf(values).toFixed(3)}`);
      [...row.children].forEach((canvas, o) => paint(canvas, values.slice(o * size, (o + 1) * size), SIDE, SIDE, scale));
    }
  }

  read(ink) {
    this.ink = ink;
    this.reread();
  }

  /** The drawing, also where only the weights have changed. */
  reread() {
    if (this.ink) this.send('read', { ink: this.ink, side: this.pad.side });
  }

  answer({ drawn, probabilities }) {
    show28(this.seenAs, drawn ?? []);
    this.showAnswer(probabilities);
  }

  showAnswer(probabilities) {
    const best = probabilities ? probabilities.indexOf(Math.max(...probabilities)) : -1;
    const text = !probabilities ? '–' : best < 0 ? 'NaN' : `${best} (${Math.round(100 * probabilities[best])} %)`;
    if (this.answerLabel.textContent !== text) this.answerLabel.textContent = text;
    this.bars.replaceChildren(...Array.from({ length: 10 }, (_, o) => el('li', { class: o === best ? 'best' : '' }, el('span', {}, String(o)), el('meter', { min: 0, max: 1, value: probabilities?.[o] || 0, 'aria-label': `Probability of ${o}` }), el('span', { class: 'number' }, probabilities ? `${(100 * probabilities[o]).toFixed(1)} %` : ''))));
  }
}
