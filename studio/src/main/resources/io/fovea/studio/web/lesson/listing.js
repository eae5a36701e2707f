// The listing: the lines of TwoLayerCnn.java that a step runs, with the numbers that each has just made.
import { el, grouped } from '../api.js';
import { short } from '../inside/palette.js';

const three = (value) => (Number.isNaN(value) ? 'NaN' : Number.isFinite(value) ? value.toFixed(3).replace('-', '−') : '∞');
const range = ([, least, most]) => `${short(least)} to ${short(most)}`;
const zeros = ([size, , , , none]) => `, ${Math.round((100 * none) / size)} % are 0`;
const gradient = (shape, layer) => (about) => `${shape}: norm ${short(about[3])}; dw of ${layer} so far: norm ${short(about[5])}`;

/** What the numbers of a line are, by the line's beginning. f: filters of the first layer. */
const texts = (f) => ({
  'Collections.shuffle': ([size]) => `${grouped(size)} digits, in a new order`,
  'List<Digit> batch': ([end]) => `digits ${grouped(end - 16)} to ${grouped(end - 1)} of that order`,
  'int[] t': (labels) => labels.join(' '),
  'Parameters d': ([size]) => `${grouped(size)} zeros`,
  'double[] x2': (about) => `${f} × 28 × 28: ${range(about)}${zeros(about)}`,
  'double[] x3': (about) => `${2 * f} × 28 × 28: ${range(about)}`,
  'double[] x4': (about) => `${about[0]}: ${range(about)}${zeros(about)}`,
  'double[] probability': (p) => p.map((share, o) => `${o}: ${three(share)}`).join('  '),
  'loss -=': ([own, sum]) => `−ln p = ${three(own)}; sum so far ${three(sum)}`,
  'double[] dz': (dz) => dz.map((each, o) => `${o}: ${three(each)}`).join('  '),
  'double[] dx4': (about) => gradient(`${about[0]}`, 'dense2')(about),
  'double[] dx3': gradient(`${2 * f} × 28 × 28`, 'dense1'),
  'double[] dx2': gradient(`${f} × 28 × 28`, 'conv2'),
  'convBackward(': ([own]) => `dw of conv1 so far: norm ${short(own)}`,
  'loss += penalty': ([loss]) => `loss ${loss}`,
  'mean +=': ([loss]) => `loss ${loss}`,
  'update(': (moves) => ['conv1', 'conv2', 'dense1', 'dense2'].map((name, a) => `${name} moves by ${short(moves[a])}`).join('; '),
  'seen +=': ([seen]) => grouped(seen),
});

export class Listing {
  constructor() {
    this.body = el('tbody');
    this.element = el('table', { class: 'lines', 'aria-label': 'Lines of TwoLayerCnn.java with the numbers they made' }, this.body);
    this.rows = [];
  }

  /**
   * Shows the lines of a training.
   * @param {{text: string, from: number}} source a part of the file, and the number of its first line
   * @param {string[]} codes how the lines that are run begin
   * @param {{at: string, code: string}} [fault]
   */
  begin(source, codes, filters, fault) {
    this.texts = texts(filters);
    this.codes = codes;
    this.rows = [];
    const shown = source.text.split('\n').map((code, k) => {
      const line = codes.findIndex((each) => code.trimStart().startsWith(each));
      const numbers = el('p', { class: 'numbers' });
      const cell = el('td', {}, el('code', {}, code));
      const row = el('tr', {}, el('th', { scope: 'row' }, String(source.from + k)), cell);
      if (line >= 0) {
        this.rows[line] = { row, numbers };
        cell.append(numbers);
        if (fault && code.trimStart().startsWith(fault.at)) {
          row.classList.add('wrong');
          numbers.before(el('code', { class: 'instead' }, `Instead: ${fault.code}`));
        }
      }
      return row;
    });
    this.body.replaceChildren(...shown);
  }

  /** Shows the numbers of lines; the last one has just run. @param {Object<number, number[]>} readings */
  show(readings, last) {
    for (const [line, values] of Object.entries(readings)) {
      const key = Object.keys(this.texts).find((each) => this.codes[line].startsWith(each));
      this.rows[line].numbers.textContent = this.texts[key](values);
    }
    this.body.querySelector('[aria-current]')?.removeAttribute('aria-current');
    if (last !== undefined) this.rows[last].row.setAttribute('aria-current', 'step');
    return last === undefined ? null : this.rows[last].row;
  }

  /** The line's code and numbers, for screen readers. */
  text(line) {
    return `${this.codes[line]} ${this.rows[line].numbers.textContent}`;
  }
}
